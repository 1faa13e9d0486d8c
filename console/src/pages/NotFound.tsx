import { Link, useRouteError } from 'react-router-dom';
import { problemOf } from '../api/problem';
import { Empty, ProblemView } from '../parts/basics';

export function NotFound() {
  return (
    <Empty title="There is no such page">
      <p>
        Press / to search, or go to the <Link to="/">group hub</Link>.
      </p>
    </Empty>
  );
}

/** A defect of the console itself. */
export function Failure() {
  const error = useRouteError();
  return (
    <ProblemView
      problem={{
        ...problemOf(error),
        code: 'console.defect',
        what: 'The console failed to show this page',
        remedy: 'Load it again; if it stays so, report it with the words below.',
        where: String(error),
      }}
      onAgain={() => window.location.reload()}
    />
  );
}
