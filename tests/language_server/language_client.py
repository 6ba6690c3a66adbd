"""A small client of the YAML language server: LSP over stdio."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SERVER = (
    FOLDER / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
)
PATIENCE = 60.0  # s, for an answer


class LanguageServer:
    """A running server, as an editor uses it; used as a context.

    Args:
        schemas: Place of each schema, with the pattern of the files that it is for.
    """

    def __init__(self, schemas: dict[str, str]) -> None:
        """Start the server and tell it what files have which schema."""
        self._settings = {
            "yaml": {
                "schemas": schemas,
                "schemaStore": {"enable": False},
                "yamlVersion": "1.2",
            }
        }
        node = shutil.which("node")
        assert node is not None
        self._process = subprocess.Popen(
            [node, str(SERVER), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answers: dict[int, Any] = {}
        self._diagnostics: dict[str, Any] = {}
        self._news: queue.Queue[None] = queue.Queue()
        self._number = 0
        threading.Thread(target=self._listen, daemon=True).start()
        self.ask(
            "initialize",
            processId=None,
            rootUri=None,
            capabilities={
                "workspace": {"configuration": True},
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": True}}
                },
            },
        )
        self.tell("initialized")
        self.tell("workspace/didChangeConfiguration", settings=self._settings)

    def __enter__(self) -> LanguageServer:
        return self

    def __exit__(self, *_error: object) -> None:
        self.ask("shutdown")
        self.tell("exit")
        self._process.wait(PATIENCE)
        for stream in (self._process.stdin, self._process.stdout):
            stream.close()

    def open(self, uri: str, text: str) -> None:
        """Open a document in the editor."""
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)

    def diagnostics(self, uri: str, text: str) -> list[dict[str, Any]]:
        """Open a document and return what the server says of it."""
        self.open(uri, text)
        while uri not in self._diagnostics:
            self._news.get(timeout=PATIENCE)
        return self._diagnostics[uri]

    def completion(self, uri: str, line: int, column: int) -> list[dict[str, Any]]:
        """Return what is offered in an open document, lines and columns from 0."""
        answer = self.ask(
            "textDocument/completion",
            textDocument={"uri": uri},
            position={"line": line, "character": column},
        )
        return answer["items"] if isinstance(answer, dict) else answer or []

    def hover(self, uri: str, line: int, column: int) -> str:
        """Return what is shown at a place of an open document."""
        answer = self.ask(
            "textDocument/hover",
            textDocument={"uri": uri},
            position={"line": line, "character": column},
        )
        return json.dumps(answer, ensure_ascii=False)

    def tell(self, method: str, **parameters: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": parameters})

    def ask(self, method: str, **parameters: Any) -> Any:
        """Send a request and return its result."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": parameters})
        while number not in self._answers:
            self._news.get(timeout=PATIENCE)
        answer = self._answers.pop(number)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _listen(self) -> None:
        """Sort what the server sends, until it ends."""
        output = self._process.stdout
        while header := output.readline():
            size = int(header.split(b":")[1])
            while output.readline() != b"\r\n":
                pass
            message = json.loads(output.read(size))
            if "method" not in message:
                self._answers[message["id"]] = message
            elif message["method"] == "textDocument/publishDiagnostics":
                about = message["params"]
                self._diagnostics[about["uri"]] = about["diagnostics"]
            elif "id" in message:
                self._send({"id": message["id"], "result": self._reply(message)})
            self._news.put(None)

    def _reply(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        items = message["params"]["items"]
        return [self._settings.get(item.get("section", ""), {}) for item in items]
