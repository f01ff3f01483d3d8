"""Makes a certificate authority of its own and a certificate for this machine, into the folder named first:
ca.pem, server.pem, server.key."""

import datetime
import ipaddress
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

folder = pathlib.Path(sys.argv[1])
now = datetime.datetime.now(datetime.timezone.utc)
day = datetime.timedelta(days=1)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def begin(subject, issuer, public_key):
    builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
    builder = builder.public_key(public_key).serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - day).not_valid_after(now + 30 * day)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


authority = ec.generate_private_key(ec.SECP256R1())
root = begin("Forge Internal Authority", "Forge Internal Authority", authority.public_key())
root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
(folder / "ca.pem").write_bytes(pem(root.sign(authority, hashes.SHA256())))

key = ec.generate_private_key(ec.SECP256R1())
names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
leaf = begin("mail.forge.example", "Forge Internal Authority", key.public_key())
leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
leaf = leaf.add_extension(x509.SubjectAlternativeName(names), critical=False)
leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
(folder / "server.pem").write_bytes(pem(leaf.sign(authority, hashes.SHA256())))
text = key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
(folder / "server.key").write_bytes(text)
