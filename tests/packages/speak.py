"""Speaks to an installed server over standard input and output: a Dockerfile is opened, its finding comes, the server ends.

usage: speak.py COMMAND...
"""

import json
import subprocess
import sys

URI = "untitled:Dockerfile"
TEXT = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends bc\n"


def main(command):
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        server.stdin.flush()

    def receive():
        length = 0
        while (line := server.stdout.readline()) not in (b"\r\n", b""):
            name, value = line.split(b":", 1)
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server has ended"
        return json.loads(server.stdout.read(length))

    def until(wanted):
        while not wanted(message := receive()):
            pass
        return message

    send({"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}})
    info = until(lambda message: message.get("id") == 1)["result"]["serverInfo"]
    send({"method": "initialized", "params": {}})
    document = {"uri": URI, "languageId": "dockerfile", "version": 1, "text": TEXT}
    send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    published = until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
    codes = [diagnostic["code"] for diagnostic in published["params"]["diagnostics"]]
    assert "apt-lists-kept" in codes, codes
    send({"id": 2, "method": "shutdown"})
    until(lambda message: message.get("id") == 2)
    send({"method": "exit"})
    assert server.wait(timeout=10) == 0
    print(f"   {info['name']} {info['version']} found {', '.join(codes)}")


main(sys.argv[1:])
