"""A mail server of one's own network: takes every mail by SMTP (RFC 5321) and keeps it, or refuses it."""
import email
import email.policy
import socketserver
import threading


class MailServer:
    """`refuse(number)` may name a reply ("451 later") for the mail with that number, counted from 1."""

    def __init__(self, refuse=lambda number: None):
        self.mails, self.number, self.changed = [], 0, threading.Condition()
        server = self

        class Conversation(socketserver.StreamRequestHandler):
            timeout = 30

            def say(self, line):
                self.wfile.write(f"{line}\r\n".encode())

            def handle(self):
                self.say("220 mail.example ready")
                sender, recipients = None, []
                while line := self.rfile.readline().decode().rstrip("\r\n"):
                    word = line.split(" ")[0].split(":")[0].upper()
                    if word == "EHLO":
                        self.say("250-mail.example")
                        self.say("250 SIZE 1000000")
                    elif word == "MAIL":
                        sender = line.split("<")[1].split(">")[0]
                        self.say("250 ok")
                    elif word == "RCPT":
                        recipients.append(line.split("<")[1].split(">")[0])
                        self.say("250 ok")
                    elif word == "DATA":
                        self.say("354 go on")
                        self.take(sender, recipients)
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("502 what")

            def take(self, sender, recipients):
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    if not line:
                        return
                    lines.append(line[1:] if line.startswith(b".") else line)
                with server.changed:
                    server.number += 1
                    reply = refuse(server.number)
                    if reply is None:
                        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                        server.mails.append((sender, recipients, mail))
                    server.changed.notify_all()
                self.say(reply or "250 taken")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Conversation)
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, condition, seconds):
        with self.changed:
            return self.changed.wait_for(condition, timeout=seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
