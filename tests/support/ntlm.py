"""A server that demands NTLM: Apache with mod_auth_gssapi over gss-ntlmssp, which checks users against a file.

gss-ntlmssp 1.2 demands the optional version field (MS-NLMP 2.2.1) of clients that do not send it, as libcurl does not. An
HAProxy in front adds it to the first message and takes its flag out of the challenge, so that the client leaves it out of
the third; what proves the password passes untouched.
"""
import base64

from support.web import Apache, Haproxy

NEGOTIATE = "TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA="
WITH_VERSION = base64.b64encode(base64.b64decode(NEGOTIATE) + bytes(8)).decode()

FRONT = f"""frontend clients
  bind 127.0.0.1:@port@
@more@
  http-request replace-header Authorization '^NTLM {NEGOTIATE}$' 'NTLM {WITH_VERSION}'
  http-response replace-header WWW-Authenticate '^NTLM (.{{28}})gooC(.*)' 'NTLM \\1gooA\\2'
  default_backend apache
backend apache
  server apache 127.0.0.1:"""

BACK = """Listen 127.0.0.1:@port@
<Location />
AuthType GSSAPI
AuthName "by NTLM"
GssapiConnectionBound On
GssapiAllowedMech ntlmssp
Require valid-user
</Location>
"""


class NtlmServer:
    """Passes what an authenticated user posts on to `target` ("http://host:port").

    `binds` are more of HAProxy's lines, such as "bind 127.0.0.1:@tls@ ssl crt server.pem", with their `files`.
    """

    def __init__(self, target, user, password, domain="CORP", binds="", files=None):
        self.apache = Apache(f"{BACK}ProxyPass / {target}/\n", {"users": f"{domain}:{user}:{password}\n"},
                             modules=("auth_gssapi", "authz_user", "proxy", "proxy_http"), environment={"NTLM_USER_FILE": "users"})
        self.front = Haproxy(f"{FRONT.replace('@more@', binds)}{self.apache.ports['port']}", files)

    def url(self, path="/in", **options):
        return self.front.url(path, **options)

    def log(self):
        return self.apache.log()

    def __enter__(self):
        self.apache.start()
        self.front.start()
        return self

    def __exit__(self, *_):
        self.front.close()
        self.apache.close()
