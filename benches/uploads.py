#!/usr/bin/env python3
"""Measures resumable uploads with the release binary on this machine, over loopback: rate, memory, cuts, kills.

    cargo build --release && python3 benches/uploads.py [--size MiB] [--large MiB] [--binary PATH] [--folder FOLDER]

What it compares with in the same run, alternating: `sha256sum` of the same file, and then its copy by `dd` with fsync at
the end. Both are what an upload must do at least. Where coreutils are built without the processor's SHA instructions,
`sha256sum` is slow and that ratio flatters: the line below it takes `openssl dgst -sha256` instead, which is no bar. Needs
curl, openssl and coreutils, and free space of some four times the largest file. Prints one line for each figure; exits
with 1 when a bar is missed.
"""

import argparse, base64, http.client, json, os, random, shutil, signal, socket, statistics, subprocess, sys, tempfile, threading, time

PASSWORD = "copper-lathe-harbour-27"
MIB = 1 << 20
failed = []


def bar(name, good, text):
    print(f"{'ok  ' if good else 'MISS'} {name}: {text}", flush=True)
    if not good:
        failed.append(name)


class Exchange:
    def __init__(self, binary, folder):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.binary, self.folder, self.cookie = binary, folder, ""
        self.env = {
            "BOURSE_LISTEN": f"127.0.0.1:{self.port}", "BOURSE_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "BOURSE_DATA_DIR": os.path.join(folder, "data"),
        }
        made = [binary, "create-operator", "--email", "desk@exchange.example", "--name", "Desk"]
        subprocess.run(made, input=PASSWORD.encode() + b"\n", env=self.env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.start()
        form = "email=desk%40exchange.example&password=" + PASSWORD
        answer, _ = self.ask("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]

    def start(self):
        log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen([self.binary, "serve"], env=self.env, stdout=log, stderr=log)
        for _ in range(600):
            try:
                if self.ask("GET", "/healthz")[0].status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the server does not answer")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        own = {"Sec-Fetch-Site": "same-origin"}
        if self.cookie:
            own["Cookie"] = self.cookie
        connection.request(method, path, body, {**own, **(headers or {})})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer, text

    def api(self, method, path, value=None, fine=(200, 201, 204)):
        body = None if value is None else json.dumps(value)
        answer, text = self.ask(method, "/api/v1" + path, body, {"Content-Type": "application/json"})
        if answer.status not in fine:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:500]}")
        return json.loads(text) if text else None

    def tus(self, method, path, headers=None, body=None):
        return self.ask(method, path, body, {"Tus-Resumable": "1.0.0", **(headers or {})})[0]

    def begin(self, version, length, name):
        told = "path " + base64.b64encode(name.encode()).decode()
        answer = self.tus("POST", f"/tus/versions/{version}", {"Upload-Length": str(length), "Upload-Metadata": told})
        assert answer.status == 201, answer.status
        return answer.getheader("Location")

    def offset(self, at):
        answer = self.tus("HEAD", at)
        assert answer.status == 200, answer.status
        return int(answer.getheader("Upload-Offset"))

    def curl(self, *arguments):
        command = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-b", self.cookie, "-H", "Sec-Fetch-Site: same-origin"]
        began = time.monotonic()
        said = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True).stdout
        return time.monotonic() - began, said

    def send(self, at, path):
        took, said = self.curl(
            "-X", "PATCH", "-T", path, "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: 0", "-H", "Expect:",
            "-H", "Content-Type: application/offset+octet-stream", f"http://127.0.0.1:{self.port}{at}")
        assert said == "204", said
        return took

    def rss(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


class Memory:
    """The largest RSS while something runs, in MiB."""

    def __init__(self, exchange):
        self.exchange, self.most, self.runs = exchange, 0.0, True
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while self.runs:
            self.most = max(self.most, self.exchange.rss())
            time.sleep(0.02)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.runs = False
        self.thread.join()


def make_file(path, mib):
    with open(path, "wb") as file:
        for _ in range(mib):
            file.write(random.randbytes(MIB))
    # Nothing that is measured later shall pay for writing this.
    os.sync()


def timed(*command):
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def prepare(exchange):
    exchange.api("POST", "/organisations", {"slug": "forge", "name_en": "Forge", "kind": "company", "country": "DE", "registration": "DE100"})
    exchange.api("POST", "/organisations/forge/verification", {"method": "register"})
    exchange.api("POST", "/datasets", {
        "organisation": "forge", "slug": "presses", "title_en": "Presses", "summary_en": "Forces.", "card_en": "Rows.",
        "sector": "C", "kind": "tables", "use_case": "other", "level": "general", "source_statement": "Own.", "contact": "x@forge.example"})
    exchange.api("PUT", "/datasets/forge/presses/level", {
        "class": "production", "reason": "Forces of one press.",
        "answers": {"catalogue": "no", "security": "none", "economy": "own", "accident": "none", "cascade": "no"}})
    return exchange.api("POST", "/datasets/forge/presses/versions", {"label": "1.0"})["id"]


def rate(exchange, version, folder, mib):
    path, copy = os.path.join(folder, "file"), os.path.join(folder, "copy")
    make_file(path, mib)
    uploads, floors, strict, writes, most = [], [], [], [], 0.0
    idle = exchange.rss()
    for round_ in range(5):
        digest = timed("sha256sum", path)
        write = timed("dd", f"if={path}", f"of={copy}", "bs=1M", "conv=fsync")
        os.remove(copy)
        floors.append(digest + write)
        writes.append(write)
        strict.append(timed("openssl", "dgst", "-sha256", path) + write)
        os.sync()
        at = exchange.begin(version, mib * MIB, f"rate-{round_}.bin")
        with Memory(exchange) as memory:
            uploads.append(exchange.send(at, path))
        most = max(most, memory.most)
        print(f"     round {round_ + 1}: sha256sum {digest:.2f} s + write {write:.2f} s; upload {uploads[-1]:.2f} s", flush=True)
    floor, upload = statistics.median(floors), statistics.median(uploads)
    bar("upload rate", floor / upload >= 0.8, f"{floor / upload:.2f} of sha256sum + write ({mib} MiB in {upload:.2f} s, {mib / upload:.0f} MiB/s)")
    print(f"     against openssl + write: {statistics.median(strict) / upload:.2f}; against the write alone, "
          f"{statistics.median(writes):.2f} s: {statistics.median(writes) / upload:.2f}", flush=True)
    bar("upload memory", most - idle < 64, f"{most - idle:.0f} MiB above idle ({idle:.0f} MiB)")
    return path


def cuts(exchange, version, path, times):
    """The connection is reset in the middle of a request for all the rest."""
    size = os.path.getsize(path)
    at = exchange.begin(version, size, "cuts.bin")
    again, offset = 0, 0
    with open(path, "rb") as file:
        for cut in range(times):
            file.seek(offset)
            want = random.randrange(MIB, size // times)
            with socket.create_connection(("127.0.0.1", exchange.port)) as s:
                head = f"PATCH {at} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {exchange.cookie}\r\nSec-Fetch-Site: same-origin\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\nContent-Length: {size - offset}\r\n\r\n"
                s.sendall(head.encode())
                for _ in range(want // 65536):
                    s.sendall(file.read(65536))
                sent = offset + want // 65536 * 65536
                # A reset, not an orderly end.
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            stood = exchange.offset(at)
            assert stood >= offset, (stood, offset)
            again, offset = max(again, sent - stood), stood
    finish(exchange, at, path, offset)
    bar("cuts of the connection", again <= 8 * MIB, f"{times}/{times} resumed, at most {again / MIB:.2f} MiB sent again for one (what lay in the sockets)")


def finish(exchange, at, path, offset):
    with open(path, "rb") as file:
        while offset < os.path.getsize(path):
            file.seek(offset)
            piece = file.read(64 * MIB)
            answer = exchange.tus("PATCH", at, {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}, piece)
            # The request that was cut last may have been looked at after the question where the upload stands.
            assert answer.status in (204, 409), answer.status
            offset = exchange.offset(at)


def kills(exchange, version, path, times):
    """The server is killed in the middle of a piece of 8 MiB."""
    size, piece = os.path.getsize(path), 8 * MIB
    at = exchange.begin(version, size, "kills.bin")
    offset, again, done = 0, 0, 0
    with open(path, "rb") as file:
        while offset < size:
            file.seek(offset)
            bytes_ = file.read(piece)
            headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            pieces = (size - offset) // piece
            if done < times and (pieces <= 2 * (times - done) or random.random() < 0.25):
                timer = threading.Timer(random.uniform(0, 0.03), exchange.kill)
                timer.start()
                answered = None
                try:
                    answered = exchange.tus("PATCH", at, headers, bytes_).status
                except OSError:
                    pass
                except http.client.HTTPException:
                    pass
                timer.join()
                exchange.start()
                stood = exchange.offset(at)
                assert stood >= offset + (len(bytes_) if answered == 204 else 0), (stood, offset, answered)
                again, offset, done = max(again, offset + len(bytes_) - stood), stood, done + 1
            else:
                answer = exchange.tus("PATCH", at, headers, bytes_)
                assert answer.status == 204, answer.status
                offset = int(answer.getheader("Upload-Offset"))
    bar("kills of the server", again <= piece and done == times, f"{done}/{times} resumed, at most {again / MIB:.2f} MiB sent again for one (pieces of 8 MiB)")


def large(exchange, version, folder, mib):
    path = os.path.join(folder, "large")
    make_file(path, mib)
    exchange.kill()
    exchange.start()
    at = exchange.begin(version, mib * MIB, "large.bin")
    with Memory(exchange) as memory:
        took = exchange.send(at, path)
    bar("large upload", memory.most < 128, f"{mib} MiB in {took:.1f} s, at most {memory.most:.0f} MiB of memory")
    licences = exchange.api("GET", "/licences")["items"]
    free = next(l for l in licences if l["code"] == "CC-BY-4.0")
    offer = exchange.api("POST", "/datasets/forge/presses/offers", {
        "title": "Open", "licence": free["id"], "scope": "version", "price": "0", "currency": "EUR", "approval": "instant", "audience": "public"})
    exchange.api("POST", f"/datasets/forge/presses/versions/{version}/publication", {})
    exchange.api("POST", "/organisations", {"slug": "mill", "name_en": "Mill", "kind": "company", "country": "DE", "registration": "DE101"})
    exchange.api("POST", "/organisations/mill/verification", {"method": "register"})
    line = {"offer": offer["id"], "accept_licence_sha256": free["sha256"]}
    exchange.api("POST", "/requests", {"organisation": "mill", "lines": [line], "purpose": "Trial"})
    grant = exchange.api("GET", "/grants")["items"][0]["id"]
    files = exchange.api("GET", f"/grants/{grant}/manifest")["items"][0]["files"]
    url = next(f["url"] for f in files if f["path"] == "large.bin")
    exchange.kill()
    exchange.start()
    with Memory(exchange) as memory:
        took, said = exchange.curl(url)
    bar("large download", memory.most < 128 and said == "200", f"{mib} MiB in {took:.1f} s, at most {memory.most:.0f} MiB of memory")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--large", type=int, default=4096)
    parser.add_argument("--binary", default="target/release/bourse")
    parser.add_argument("--folder", default=None)
    given = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="bourse-bench-", dir=given.folder)
    exchange = Exchange(os.path.abspath(given.binary), folder)
    try:
        version = prepare(exchange)
        path = rate(exchange, version, folder, given.size)
        cuts(exchange, version, path, 20)
        kills(exchange, version, path, 20)
        if given.large:
            large(exchange, version, folder, given.large)
    finally:
        exchange.kill()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
