"""Three host instances share one group: what one of them held is taken over, changes reach all, a stop repeats nothing."""
import signal
import threading
import time

from support.waiting import eventually

TAKEN_OVER = 15  # seconds, promised


def others(group, name):
    return [other for other in group.gateways if other != name]


def test_what_a_killed_instance_held_is_taken_over(group):
    victim = group.poller()
    survivors = others(group, victim)
    # Answers come late, so that it dies with claims.
    group.partner.pause(1)
    for number in range(300):
        assert group.post(victim, b"to the victim %d" % number)[0] == 202
    group.drop(b"before the kill")
    eventually(lambda: int(group.query(f"SELECT count(*) FROM work WHERE state = 'active' AND owner = '{victim}'")) > 0,
               "the victim works")
    group.gateways[victim].kill()
    killed = time.monotonic()
    group.partner.pause(0)
    group.drop(b"after the kill")
    for name in survivors:
        assert group.post(name, b"to survivor " + name.encode())[0] == 202
    group.wait_for_all(TAKEN_OVER)
    eventually(lambda: group.poller() in survivors, "another instance polls", killed + TAKEN_OVER - time.monotonic())
    assert time.monotonic() - killed < TAKEN_OVER
    assert group.members() == sorted(survivors)
    group.check()
    # It comes back under its name and takes part again.
    group.gateways[victim].start()
    assert group.post(victim, b"back again")[0] == 202
    group.wait_for_all(TAKEN_OVER)
    assert group.members() == sorted(group.gateways)
    group.check()


def test_a_name_is_used_once(group):
    gateway = group.gateways["a"]
    second = gateway("serve", "--listen", "127.0.0.1:0", "--host-instance", "a", timeout=60)
    assert second.returncode != 0
    assert "messaging.instance-exists" in second.stderr, second.stderr
    assert group.post("a", b"undisturbed")[0] == 202
    group.wait_for_all(TAKEN_OVER)


def test_a_change_of_the_configuration_reaches_all_within_two_seconds(group):
    for name in group.gateways:
        assert group.post(name, b"old path " + name.encode())[0] == 202
    group.apply(path="/new")
    applied = time.monotonic()
    for name in group.gateways:
        eventually(lambda: group.post(name, b"new path " + name.encode(), "/new")[0] == 202, f"{name} knows the new path", 2)
    assert time.monotonic() - applied < 2
    for name in group.gateways:
        assert group.post(name, b"nobody takes this", "/in")[0] == 404
    eventually(lambda: len(set(group.query("SELECT configuration FROM instances").split())) == 1, "all say so", 4)
    group.wait_for_all(TAKEN_OVER)
    group.check()


def test_certificates_reach_all(group, pki):
    before = group.query("SELECT max(certificates) FROM instances")
    partner = pki.get("rsa", "Partner of the group")
    done = group.gateways["b"]("cert", "import", partner.certificate, "--store", "OtherPeople")
    assert done.returncode == 0, done.stderr
    eventually(lambda: group.query("SELECT count(*) FROM instances WHERE certificates > " + before) == "3", "all know it", 4)


def test_a_stop_gives_everything_back_and_repeats_nothing(group):
    victim = group.poller()
    survivors = others(group, victim)
    group.partner.pause(0.01)
    for number in range(200):
        assert group.post(victim, b"before the stop %d" % number)[0] == 202
    group.drop(b"a file before the stop")
    assert group.gateways[victim].stop() == 0
    stopped = time.monotonic()
    # At once: nobody has to wait until it is declared dead.
    eventually(lambda: group.poller() in survivors, "another instance polls", 4)
    assert group.members() == sorted(survivors)
    assert group.query(f"SELECT count(*) FROM work WHERE state = 'active' AND owner = '{victim}'") == "0"
    group.drop(b"a file after the stop")
    group.wait_for_all(TAKEN_OVER)
    assert time.monotonic() - stopped < TAKEN_OVER
    group.check()
    assert group.copies() == 0


def test_a_paused_instance_is_fenced_and_joins_again(group):
    victim = group.poller()
    survivors = others(group, victim)
    group.partner.pause(0.02)
    for number in range(100):
        assert group.post(victim, b"before the pause %d" % number)[0] == 202
    group.gateways[victim].process.send_signal(signal.SIGSTOP)
    try:
        eventually(lambda: victim not in group.members(), "it is declared dead", TAKEN_OVER)
        group.drop(b"during the pause")
        eventually(lambda: group.poller() in survivors, "another instance polls", TAKEN_OVER)
        group.wait_for_all(TAKEN_OVER)
    finally:
        group.gateways[victim].process.send_signal(signal.SIGCONT)
    eventually(lambda: victim in group.members(), "it joined again", TAKEN_OVER)
    eventually(lambda: group.gateways[victim].get("/health/ready")[0] == 200, "it is ready again", TAKEN_OVER)
    assert group.poller() in survivors
    assert group.post(victim, b"after the pause")[0] == 202
    group.wait_for_all(TAKEN_OVER)
    group.check()


def test_a_database_that_goes_away_and_comes_back(group):
    posting, accepted = threading.Event(), []

    def post():
        number = 0
        while not posting.is_set():
            number += 1
            content = b"while the database comes and goes %d" % number
            status, headers = group.post("a", content)
            if status == 202:
                accepted.append(content)
                continue
            assert status == 503 and int(headers["Retry-After"]) > 0, status
            posting.wait(0.1)

    sender = threading.Thread(target=post)
    sender.start()
    try:
        eventually(lambda: len(accepted) > 20, "messages are accepted")
        group.cluster.end(signal.SIGQUIT)
        group.drop(b"while the database is away")
        for name in group.gateways:
            eventually(lambda: group.gateways[name].get("/health/ready")[0] == 503, f"{name} is not ready", TAKEN_OVER)
            assert group.gateways[name].get("/health/live")[0] == 200
        group.cluster.start()
        back = len(accepted)
        for name in group.gateways:
            eventually(lambda: group.gateways[name].get("/health/ready")[0] == 200, f"{name} is ready", TAKEN_OVER)
        eventually(lambda: len(accepted) > back + 20, "messages are accepted again", TAKEN_OVER)
    finally:
        posting.set()
        sender.join()
    group.wait_for_all(30)
    group.check()
