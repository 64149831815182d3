"""The page's server as another program meets it: what it answers, and what it refuses."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
import waiting
from pages import ENDLESS
from waiting import LONGEST

from ridgenet._errors import RidgeNetError
from ridgenet.cli._app import app_command
from ridgenet.page.app._server import Server, is_loopback

QUICK = "data=moons&n=40&hidden=2"
NEVER = f"data=moons&n={ENDLESS}&hidden=2"


def ask(server, method, path, body=None, **headers):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=LONGEST)) as connection:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read()


def ask_json(server, path, content):
    answer, body = ask(server, "POST", path, json.dumps(content), Content_Type="application/json")
    return answer.status, json.loads(body)


def test_a_path_comes_with_its_progress_and_then_at_once(server):
    answer, body = ask(server, "POST", f"/learn?{QUICK}&seed=11")
    lines = [json.loads(line) for line in body.splitlines() if line]
    assert answer.status == 200
    assert {"the path", "no penalty"} >= {line["stage"] for line in lines[:-1]} != set()
    assert len(lines[-1]["scene"]["stops"]) == 50
    _, again = ask(server, "POST", f"/learn?{QUICK}&seed=11&lang=zh")
    [line] = [json.loads(line) for line in again.splitlines() if line]
    assert "数据损失" in line["scene"]["stops"][0]["readout"]


def test_what_cannot_be_learned_is_said_in_one_line(server):
    answer, body = ask(server, "POST", "/learn?data=moons&hidden=1000")
    assert answer.status == 200
    assert "units must be between 1 and 64" in json.loads(body)["error"]
    answer, body = ask(server, "POST", "/learn?data=file&target=none")
    [line] = [json.loads(line) for line in body.splitlines() if line]
    assert line["error"].startswith("ship.csv: has no column 'none'")


def test_a_browser_that_goes_away_ends_its_path(server, endless):
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        host = f"127.0.0.1:{server.port}"
        connection.sendall(f"POST /learn?{NEVER} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n".encode())
        received = b""
        while b'"stage": "the path"' not in received:
            received += connection.recv(4096)
        # an abrupt end, as of a tab that is closed
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    waiting.until(lambda: endless == {"begun": 1, "given up": 1}, "the path is given up")
    # and the next one has its turn
    _, body = ask(server, "POST", f"/learn?{QUICK}&seed=12")
    assert b'"scene"' in body


def test_training_is_a_question_and_an_answer(server):
    ask(server, "POST", f"/learn?{QUICK}")
    status, first = ask_json(server, f"/live?{QUICK}", {"alpha": 0.1, "epochs": 0})
    assert (status, first["epoch"], first["finding"]) == (200, 0, "start")
    status, later = ask_json(server, f"/live?{QUICK}", {"alpha": 0.1, "epochs": 50, "state": first["state"]})
    assert (status, later["epoch"]) == (200, 50)
    assert later["objectives"][0] < first["objectives"][0]


@pytest.mark.parametrize(
    "content",
    [
        {"alpha": 0.1},
        {"alpha": "1", "epochs": 1},
        {"alpha": -1, "epochs": 1},
        {"alpha": 1, "epochs": 10**9},
        {"alpha": 1, "epochs": 1, "state": "nonsense"},
        {"alpha": 1, "epochs": 1, "state": 7},
        [1, 2],
    ],
)
def test_nonsense_is_refused_in_one_line(server, content):
    ask(server, "POST", f"/learn?{QUICK}")
    status, answer = ask_json(server, f"/live?{QUICK}", content)
    assert status == 200
    assert list(answer) == ["error"]
    assert "\n" not in answer["error"]


def test_files_to_take_along(server):
    ask(server, "POST", f"/learn?{QUICK}")
    for what, begins in (
        ("data.csv", b"x\xe2\x82\x81,"),
        ("reproduce.py", b"# The"),
        ("report.html", b"<!doctype html>"),
    ):
        answer, body = ask(server, "GET", f"/take/{what}?{QUICK}&lambda=1.5")
        assert answer.status == 200
        assert body.startswith(begins)
        assert answer.getheader("Content-Disposition") == "attachment"
    assert "set by hand" in ask(server, "GET", f"/take/report.html?{QUICK}&lambda=1.5")[1].decode()
    assert "set by hand" not in ask(server, "GET", f"/take/report.html?{QUICK}")[1].decode()
    _, model = ask(server, "GET", f"/take/model.skops?{QUICK}")
    assert model.startswith(b"PK")
    answer, body = ask(server, "GET", f"/take/model.skops?{QUICK}&lambda=-1")
    assert (answer.status, json.loads(body)["error"]) == (400, "lambda must be a number above 0; got '-1'")


@pytest.mark.parametrize(
    "path",
    [
        "/take/../../../../etc/passwd",
        "/take/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/assets/%2e%2e/server.py",
        "/assets/../server.py",
        "/shared/../app/server.py",
        "/shared/server.py",
        "/take/data.csv?data=upload-../../../etc/passwd",
        "/take/data.csv?data=/etc/passwd",
        "/take/data.csv?data=upload-00000000000000000000",
    ],
)
def test_no_path_reaches_the_file_system(server, path):
    answer, body = ask(server, "GET", path)
    # what is no address of the page's is answered by the page itself
    assert answer.status in (400, 404) or body.startswith(b"<!doctype html>")
    assert b"root:" not in body
    assert b"def " not in body


def test_other_sites_that_a_browser_has_open_reach_nothing(server):
    # a name of theirs that has been made to lead here
    answer, _ = ask(server, "GET", f"/take/data.csv?{QUICK}", Host="evil.example")
    assert answer.status == 403
    answer, _ = ask(server, "POST", f"/learn?{QUICK}", Origin="http://evil.example")
    assert answer.status == 403
    answer, _ = ask(server, "GET", "/", Host=f"localhost:{server.port}")
    assert answer.status == 200
    policy = answer.getheader("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert answer.getheader("Access-Control-Allow-Origin") is None


def test_only_the_page_itself_lets_the_server_work(server):
    ask(server, "POST", f"/learn?{QUICK}")
    for foreign in (
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        for method, path in (("GET", "/take/model.skops"), ("GET", "/take/data.csv"), ("POST", "/learn")):
            assert ask(server, method, f"{path}?{QUICK}", **foreign)[0].status == 403
    # but a link to what was shared may be followed from anywhere
    assert ask(server, "GET", f"/?{QUICK}", **{"Sec-Fetch-Site": "cross-site"})[0].status == 200
    assert ask(server, "GET", f"/take/data.csv?{QUICK}", **{"Sec-Fetch-Site": "none"})[0].status == 200


def test_nothing_is_learned_but_what_can_be_given_up(server, endless):
    for what in ("reproduce.py", "report.html", "model.skops"):
        answer, body = ask(server, "GET", f"/take/{what}?{NEVER}")
        assert answer.status == 409
        assert "open it on the page first" in json.loads(body)["error"]
    status, answer = ask_json(server, f"/live?{NEVER}", {"alpha": 0.1, "epochs": 1})
    assert (status, answer["unknown"]) == (200, True)
    assert endless["begun"] == 0


def test_uploads_are_limited_and_are_data_only(server):
    answer, body = ask(server, "POST", "/upload?name=..%2F..%2Fa.csv", b"x,y\n1,0\n2,1\n")
    assert answer.status == 200
    assert json.loads(body)["name"] == "a.csv"
    answer, body = ask(server, "POST", "/upload?name=a.csv", b"x,y\n1,0\n2\n")
    assert json.loads(body)["error"].startswith("a.csv: ")
    # said before it is sent
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        host = f"127.0.0.1:{server.port}"
        connection.sendall(
            f"POST /upload?name=a.csv HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9000000000\r\n\r\n".encode()
        )
        assert connection.recv(1024).split()[1] in (b"200", b"413")


def test_a_port_that_is_taken_is_said(server, capfd):
    said = f"^cannot listen at 127.0.0.1, port {server.port}: another program listens there; choose another port"
    with pytest.raises(RidgeNetError, match=said):
        Server(port=server.port)
    with pytest.raises(
        RidgeNetError, match=r"^cannot listen at 203\.0\.113\.9, port 0: this computer has no such address"
    ):
        Server(host="203.0.113.9")
    assert capfd.readouterr().err == ""


def test_what_learning_needs_is_loaded_while_the_browser_opens(monkeypatch):
    warmed = threading.Event()
    monkeypatch.setattr("ridgenet.page.app._server.warm_up", lambda paths: warmed.set())
    other = Server()
    other.run(lambda: threading.Thread(target=other.stop).start())
    assert warmed.wait(LONGEST)


@pytest.mark.parametrize(("host", "shown"), [("localhost", "localhost"), ("127.0.0.2", "127.0.0.2"), ("::1", "[::1]")])
def test_every_address_of_this_computer_alone_is_guarded(host, shown):
    other = Server(host=host)
    thread = threading.Thread(target=other.run)
    thread.start()
    try:
        assert other.address == f"http://{shown}:{other.port}/"
        for name, status in ((f"{shown}:{other.port}", 200), (f"evil.example:{other.port}", 403)):
            with closing(http.client.HTTPConnection(host, other.port, timeout=LONGEST)) as connection:
                connection.request("GET", "/", headers={"Host": name})
                assert connection.getresponse().status == status
    finally:
        other.stop()
        thread.join()


@pytest.mark.parametrize(
    ("host", "alone"), [("localhost", True), ("127.0.0.9", True), ("::1", True), ("0.0.0.0", False), ("::", False)]
)
def test_it_is_known_who_is_reached_by_other_computers(host, alone):
    assert is_loopback(host) is alone


def test_the_command_says_where_the_page_is_and_ends_with_ctrl_c(tmp_path):
    command = [sys.executable, "-m", "ridgenet", "app", "--no-browser", "--host", "localhost"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as running:
        said = running.stdout.readline()
        assert said.startswith("The page is at http://localhost:")
        port = int(said.split(":")[2].split("/")[0])
        with closing(http.client.HTTPConnection("localhost", port, timeout=LONGEST)) as connection:
            connection.request("POST", "/upload?name=t.csv", b"a,b\n1,2\n2,3\n")
            assert "error" not in json.loads(connection.getresponse().read())
        assert len(list(tmp_path.iterdir())) == 1
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=LONGEST)
        assert running.returncode == 0
        assert errors == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_the_command_leaves_nothing_behind_when_it_is_ended_by_others(tmp_path, monkeypatch, name):
    number = getattr(signal, name)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    there = []

    def end(address):
        there.extend(tmp_path.iterdir())
        os.kill(os.getpid(), number)
        time.sleep(LONGEST)

    monkeypatch.setattr("ridgenet.page.app._server.open_browser", end)
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with pytest.raises(SystemExit) as ended:
            app_command(browser=True)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert ended.value.code == 128 + number
    assert len(there) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "y"], "give its file"),
        (["none.csv"], "there is no such file"),
    ],
)
def test_the_command_refuses_in_one_line(arguments, message):
    command = [sys.executable, "-m", "ridgenet", "app", "--no-browser", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
