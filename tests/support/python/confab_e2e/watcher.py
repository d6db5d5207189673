"""A watcher of a room: SUBSCRIBEs, answers NOTIFYs and folds their documents as RFC 4575 §4.6 tells a client to."""

import pathlib
import subprocess
import xml.etree.ElementTree as ET

from .ports import need
from .rawsip import Call

NS = "{urn:ietf:params:xml:ns:conference-info}"
EXTENSION = "{urn:ag-projects:xml:ns:conference-info}"
SCHEMA = pathlib.Path(__file__).resolve().parents[3] / "unit/signaling/conference/conference-info.xsd"


def check_schema(document):
    """xmllint against the schema of RFC 4575 §7."""
    done = subprocess.run([need("xmllint", "libxml2-utils"), "--noout", "--nonet", "--schema", str(SCHEMA), "-"],
                          input=document.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
    if done.returncode != 0:
        raise AssertionError(f"not valid: {done.stdout.decode()}\n{document}")


class Watcher:
    """`Watcher(client, "lunch").subscribe()`; `document` is the last one, `users` what all of them add up to."""

    def __init__(self, client, room="lunch", user="watcher"):
        self.client = client
        self.dialog = Call(client, room, user=user)
        self.users, self.documents = {}, []
        self.version, self.state, self.document = None, "", None
        self.needs_refresh = False
        self._seen = set()

    def request(self, expires=600, event="conference", headers=()):
        number = self.dialog.send("SUBSCRIBE", headers=[f"Event: {event}", f"Expires: {expires}",
                                                         "Accept: application/conference-info+xml", *headers])
        response = self.dialog.final(number, "SUBSCRIBE")
        if response.status == 200:
            self.dialog.learn(response)
        return response

    def subscribe(self, **arguments):
        """SUBSCRIBE, 200, and the NOTIFY that comes at once."""
        response = self.request(**arguments)
        if response.status != 200:
            raise AssertionError(f"SUBSCRIBE: {response.first_line}, expected 200")
        self.next()
        return self

    def next(self, seconds=5.0, status=200):
        """Takes one NOTIFY and answers it."""
        while True:
            notify = self.dialog.request_from_server("NOTIFY", seconds)
            self.client.reply(notify, status)
            if notify.cseq not in self._seen:  # else it was sent again before the answer
                break
        self._seen.add(notify.cseq)
        self.state = notify.get("subscription-state")
        if notify.body:
            if notify.get("content-type") != "application/conference-info+xml":
                raise AssertionError(f"Content-Type: {notify.get('content-type')}")
            check_schema(notify.body)
            self._fold(notify.body)
        return notify

    def until(self, wanted, what, notifies=20):
        """NOTIFYs until `wanted(self)`."""
        for _ in range(notifies):
            if wanted(self):
                return self
            self.next()
        raise AssertionError(f"{what}: not within {notifies} documents; the last: {self.documents[-1]}")

    def _fold(self, text):
        self.documents.append(text)
        self.document = root = ET.fromstring(text)
        version, full = int(root.get("version")), root.get("state", "full") == "full"
        if self.version is not None and version <= self.version:
            raise AssertionError(f"version {version} came after {self.version}")
        self.needs_refresh = not full and (self.version is None or version != self.version + 1)
        self.version = version
        users = root.find(NS + "users")
        if (users.get("state", "full") if users is not None else root.get("state", "full")) == "full":
            self.users = {}
        for user in users if users is not None else ():
            if user.get("state") == "deleted":
                self.users.pop(user.get("entity"), None)
            else:
                self.users[user.get("entity")] = user

    def text(self, path):
        """Of the last document, as in `text("conference-state/user-count")`."""
        found = self.document.find("/".join(NS + part for part in path.split("/")))
        return found.text if found is not None else None

    def names(self):
        """The user parts of everybody's URI."""
        return sorted(entity.partition(":")[2].partition("@")[0] for entity in self.users)

    def of(self, name, path):
        """A text of one user, as in `of("alice", "endpoint/status")`."""
        for entity, user in self.users.items():
            if entity.partition(":")[2].startswith(name + "@"):
                found = user.find("/".join(NS + part for part in path.split("/")))
                return found.text if found is not None else None
        return None
