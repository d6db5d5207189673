"""A server of rooms just good enough to check the load with: answers each INVITE, and hands each SEND to the others of its room."""

import socket
import threading
import time

from confab_e2e import msrp, sip_message
from confab_e2e.msrp_wire import Chunk, token


class FakeRooms:
    """`with FakeRooms(certificate) as rooms:` one thread; looks like `servers.Server` to the load. `lose`: every n-th copy."""

    name = "confab"

    def __init__(self, certificate, lose=0):
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sip.bind(("127.0.0.1", 0))
        self._sip.setblocking(False)
        self.target = "127.0.0.1:%d" % self._sip.getsockname()[1]
        self._listener = msrp.Listener(certificate=certificate)
        self._sessions, self._connections, self._ended = {}, [], False
        self._lose, self._copies = lose, 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended = True
        self._thread.join(10)
        for connection in self._connections:
            connection.close()
        self._listener.close()
        self._sip.close()

    def _run(self):
        while not self._ended:
            self._answer_sip()
            try:
                self._connections.append(self._listener.accept(0.002))
            except TimeoutError:
                time.sleep(0.001)
            for connection in self._connections:
                connection.poll()
                while connection.inbox:
                    self._on_chunk(connection, connection.inbox.pop(0))

    def _answer_sip(self):
        try:
            data, source = self._sip.recvfrom(65536)
        except BlockingIOError:
            return
        request = sip_message.Message(data)
        if request.method != "INVITE":
            return
        path = f"msrps://127.0.0.1:{self._listener.port}/{token()};tcp"
        theirs = msrp.remote_media(sip_message.Sdp(request.body))["path"][0]
        room = request.first_line.split()[1].partition("@")[0]
        self._sessions[msrp.uri_parts(path)[3]] = {"path": path, "theirs": theirs, "room": room, "connection": None}
        answer = msrp.description([f"m=message {self._listener.port} TCP/TLS/MSRP *", f"a=path:{path}", "a=setup:passive",
                                   "a=accept-types:message/cpim"])
        lines = [f"Via: {request.get('via')}", f"From: {request.get('from')}", f"To: {request.get('to')};tag=room",
                 f"Call-ID: {request.get('call-id')}", f"CSeq: {request.get('cseq')}", f"Contact: <sip:room@{self.target}>;isfocus",
                 "Content-Type: application/sdp"]
        self._sip.sendto(sip_message.write("SIP/2.0 200 OK", lines, answer), source)

    def _on_chunk(self, connection, chunk):
        if chunk.is_response:
            return
        speaker = self._sessions[msrp.uri_parts(chunk.to_path[0])[3]]
        speaker["connection"] = connection
        connection.send(Chunk(chunk.transaction, status=200, comment="OK",
                              headers=[("To-Path", chunk.from_path[0]), ("From-Path", speaker["path"])]).write())
        if not chunk.body:
            return
        for other in self._sessions.values():
            self._copies += 1
            lost = self._lose and self._copies % self._lose == 0
            if other is speaker or other["room"] != speaker["room"] or not other["connection"] or lost:
                continue
            headers = [("To-Path", other["theirs"]), ("From-Path", other["path"]), ("Message-ID", token()),
                       ("Byte-Range", f"1-{len(chunk.body)}/{len(chunk.body)}"), ("Content-Type", "message/cpim")]
            other["connection"].send(Chunk(token(), "SEND", headers=headers, body=chunk.body).write())
