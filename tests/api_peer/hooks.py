"""Keeps schemathesis from ending what it asks with: without this it soon removes its own user or token and tries only doors that are shut."""
import schemathesis

OWN = {"ada", "everything"}  # the user and the token of support.api.Administered


@schemathesis.hook
def before_call(context, case, kwargs):
    for name, value in (case.path_parameters or {}).items():
        if value in OWN and case.method != "GET":
            case.path_parameters[name] = "of-another"
