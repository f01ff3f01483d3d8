"""Checks both forms of a receipt with libraries that are not ours, without a network, and that changed texts fail.

Arguments: JWKS, DID document, receipt (JWS), credential (VC-JWT), and the schemas of both.
"""

import json, sys
from jsonschema import Draft202012Validator
from joserfc import jws
from joserfc.jwk import OKPKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
import base64, jwt

keys, did, receipt, credential, schema, credential_schema = [open(p, encoding="utf-8").read() for p in sys.argv[1:7]]
keys = {k["kid"]: k for k in json.loads(keys)["keys"]}
did = json.loads(did)
raw = lambda t: base64.urlsafe_b64decode(t + "=" * (-len(t) % 4))

def by_hand(text, jwk):
    head, body, sign = text.split(".")
    Ed25519PublicKey.from_public_bytes(raw(jwk["x"])).verify(raw(sign), f"{head}.{body}".encode())
    return json.loads(raw(body))

header = jwt.get_unverified_header(receipt)
assert header["alg"] == "EdDSA" and header["typ"] == "bourse-receipt+jwt", header
jwk = keys[header["kid"]]
one = jwt.decode(receipt, jwt.PyJWK(jwk).key, algorithms=["EdDSA"])
two = json.loads(jws.deserialize_compact(receipt, OKPKey.import_key(jwk), algorithms=["EdDSA"]).payload)
assert one == two == by_hand(receipt, jwk)
Draft202012Validator(json.loads(schema)).validate(one)

header = jwt.get_unverified_header(credential)
assert header["alg"] == "EdDSA" and header["typ"] == "vc+jwt", header
method = next(m for m in did["verificationMethod"] if m["id"] == header["kid"])
assert header["kid"] in did["assertionMethod"] and method["controller"] == did["id"]
vc = jwt.decode(credential, jwt.PyJWK(method["publicKeyJwk"]).key, algorithms=["EdDSA"])
assert vc == by_hand(credential, method["publicKeyJwk"])
assert vc["@context"][0] == "https://www.w3.org/ns/credentials/v2" and "VerifiableCredential" in vc["type"]
assert vc["issuer"]["id"] == did["id"] and vc["credentialSubject"]["receipt"] == one
assert vc["validFrom"] == one["starts_at"] and vc["validUntil"] == one["ends_at"]
Draft202012Validator(json.loads(credential_schema)).validate(vc)

def good(text, jwk):
    try:
        by_hand(text, jwk)
        return True
    except Exception:
        return False

changed = 0
for text, key in ((receipt, jwk), (credential, method["publicKeyJwk"])):
    signed = len(text.rsplit(".", 1)[0])
    for at in range(signed):
        for bit in (0, 2, 5):
            other = text[:at] + chr(ord(text[at]) ^ (1 << bit)) + text[at + 1:]
            changed += 1
            assert not good(other, key), (at, bit)
    sign = bytearray(raw(text[signed + 1:]))
    for at in range(len(sign)):
        for bit in range(8):
            other = bytearray(sign); other[at] ^= 1 << bit
            changed += 1
            assert not good(text[:signed + 1] + base64.urlsafe_b64encode(bytes(other)).decode().rstrip("="), key)
print(one["number"], changed)
