/* How host instances take work from the message box, and what may happen to them meanwhile. README.md in this folder
 * says where each step stands in the program. Every database transaction is one atomic step.
 *
 * Time is not counted: a lease may run out at any moment (also while its holder works: a machine that slept, a clock
 * that leapt), an instance may be declared dead at any moment (also while it runs: it was only paused), every process
 * may stand still as long as it likes. MISHAPS bounds how often something of that kind happens in one run, in any
 * mixture and order, so that all of it can be searched.
 *
 * Two instances; instance 0 has two workers and instance 1 has one. Two items of one ordered port.
 *
 * NO_LEASE_CHECK, NO_ORDER, NEW_IDENTITY and NO_RELEASE each take one rule away; the model must then fail. */

#ifndef MISHAPS
#define MISHAPS 3
#endif
#define NOBODY 255

/* The states of a work item; `held` is what the program calls active. */
mtype = { ready, held, retrying, suspended, given_up, completed };

/* The tables work and instances. */
mtype state[2] = ready;
byte owner[2] = NOBODY;
byte lease[2];
bool run_out[2];
bool member[2];
bool dead[2]; /* declared, and its claims are not given back yet */

/* What the checker knows and the program does not. */
byte holder[2] = NOBODY; /* the worker whose claim is the last one */
byte workers_on[2];      /* how many believe that they hold it */
bool crashed[2];         /* killed, and not started again yet */
byte handled[2];         /* how often the partner took it for something new */
byte identity[2];        /* under which it did */

byte mishaps = MISHAPS;
#define mishap mishaps > 0 -> mishaps--

#define finished(i) (state[i] == completed || state[i] == given_up)
#define all_finished (finished(0) && finished(1))

/* Ordered: nothing older of this port is unfinished. */
#ifdef NO_ORDER
#define is_head(i) true
#else
#define is_head(i) ((i) == 0 || finished(0))
#endif
#define is_due(i) (state[i] == ready || state[i] == retrying || (state[i] == held && run_out[i]))
#define claimable(i) (is_due(i) && is_head(i))

/* What every answer to a claim asks first. */
#ifdef NO_LEASE_CHECK
#define holds(i) (state[i] == held && owner[i] == p)
#else
#define holds(i) (state[i] == held && owner[i] == p && lease[i] == my_lease)
#endif

inline let_go(i, next) {
  state[i] = next;
  owner[i] = NOBODY;
  run_out[i] = false;
  holder[i] = NOBODY
}

/* What a dead instance had claimed is ready again; then nothing is left of its life. */
inline bury(q) {
#ifndef NO_RELEASE
  if
  :: state[0] == held && owner[0] == q -> let_go(0, ready)
  :: else
  fi;
  if
  :: state[1] == held && owner[1] == q -> let_go(1, ready)
  :: else
  fi;
#endif
  dead[q] = false
}

/* The partner drops what it has seen under the same identity. */
inline deliver(i, id) {
  if
  :: handled[i] == 0 ->
     handled[i] = 1;
     identity[i] = id;
     /* First deliveries are in order: what is older went before, or was given up. */
     assert(i == 0 || handled[0] > 0 || state[0] == given_up)
  :: handled[i] > 0 && identity[i] != id -> handled[i]++
  :: else
  fi;
  assert(handled[i] == 1) /* one identity only */
}

proctype Worker(byte p) {
  byte item, my_lease;

idle:
  atomic {
    if
    :: all_finished -> goto stop
    :: !member[p] -> /* new, killed, or found declared dead by a heartbeat: joins (again) under a new life */
       bury(p);
       goto joining
    :: !crashed[p] && claimable(0) -> item = 0
    :: !crashed[p] && claimable(1) -> item = 1
    fi;
    lease[item]++;
    owner[item] = p;
    state[item] = held;
    run_out[item] = false;
    holder[item] = _pid;
    if
    :: workers_on[item]++; my_lease = lease[item]
    :: mishap; item = 0; goto idle /* committed, but the answer did not arrive */
    fi
  }

working:
  atomic {
    if
    :: crashed[p] -> goto leave
    :: mishap; crashed[p] = true; goto leave
    :: !crashed[p] && run_out[item] && holds(item) -> run_out[item] = false; goto working /* extended after all */
    :: !crashed[p] ->
#ifdef NEW_IDENTITY
       deliver(item, my_lease)
#else
       deliver(item, 1)
#endif
    :: !crashed[p] && mishap; goto failed
    fi
  }

/* It was delivered: say so. */
  atomic {
    if
    :: crashed[p] -> goto leave
    :: mishap; crashed[p] = true; goto leave
    :: !crashed[p] && !holds(item) -> goto leave /* messaging.lease-lost */
    :: !crashed[p] && holds(item) ->
       assert(holder[item] == _pid); /* never by a holder that lost its lease */
       assert(handled[item] > 0);    /* at least once */
       let_go(item, completed);
       if
       :: goto leave
       :: mishap /* committed, but the answer did not arrive: it asks for another attempt */
       fi
    fi
  }

failed:
  atomic {
    if
    :: crashed[p] -> goto leave
    :: !crashed[p] && !holds(item) -> goto leave
    :: !crashed[p] && holds(item) ->
       assert(holder[item] == _pid);
       if
       :: let_go(item, retrying)
       :: let_go(item, suspended)
       :: handled[item] == 0 -> let_go(item, given_up) /* suspended, not resumable */
       :: let_go(item, ready)                          /* given back */
       fi;
       goto leave
    fi
  }

joining:
  atomic {
    member[p] = true;
    crashed[p] = false;
    goto idle
  }

leave:
  atomic {
    workers_on[item]--;
    item = 0;
    my_lease = 0;
    goto idle
  }
stop:
  skip
}

/* Everything that workers do not do themselves. One process is enough: nothing here waits for anything else here. */
proctype World() {
  do
  :: all_finished -> break

  /* Whoever notices that an instance does not say that it lives. */
  :: atomic { member[0] && crashed[0] -> member[0] = false; dead[0] = true }
  :: atomic { member[1] && crashed[1] -> member[1] = false; dead[1] = true }
  :: atomic { member[0] && !crashed[0] && mishap; member[0] = false; dead[0] = true } /* it was only paused */
  :: atomic { member[1] && !crashed[1] && mishap; member[1] = false; dead[1] = true }

  /* A step of its own gives back what the dead held. It may come once more when the name has a new life. */
  :: atomic { dead[0] -> bury(0) }
  :: atomic { dead[1] -> bury(1) }
  :: atomic { member[0] && mishap; bury(0) }
  :: atomic { member[1] && mishap; bury(1) }

  /* Leases run out: of work that nobody does for certain, of other work by mishap. */
#ifndef NO_RELEASE
  :: atomic { state[0] == held && !run_out[0] && workers_on[0] == 0 -> run_out[0] = true }
  :: atomic { state[1] == held && !run_out[1] && workers_on[1] == 0 -> run_out[1] = true }
#endif
  :: atomic { state[0] == held && !run_out[0] && workers_on[0] > 0 && mishap; run_out[0] = true }
  :: atomic { state[1] == held && !run_out[1] && workers_on[1] > 0 && mishap; run_out[1] = true }

  /* A person resumes what is suspended. */
  :: atomic { state[0] == suspended -> let_go(0, ready) }
  :: atomic { state[1] == suspended -> let_go(1, ready) }
  od
}

init {
  atomic {
    run Worker(0);
    run Worker(0);
    run Worker(1);
    run World()
  }
}

/* Every item is claimed and finished in the end, when no process is starved. */
ltl finishes { <> all_finished }
