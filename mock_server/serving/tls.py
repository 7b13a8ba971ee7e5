"""Makes a certificate for one run: it is kept in memory, and its authority is known to nobody else."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass

import trustme
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate


@dataclass(frozen=True, slots=True)
class Certificate:
    """The server's certificate (`context`), and what lets clients trust it.

    `fingerprint` is Base64 of the SHA-256 of its public key, as Chromium's `--ignore-certificate-errors-spki-list` takes it;
    `authority` is the certificate of its authority as PEM, for clients that take one.
    """

    context: ssl.SSLContext
    fingerprint: str
    authority: str


def certificate(names: Iterable[str]) -> Certificate:
    """A certificate for these hosts: names, `*.` before a name, addresses."""
    authority = trustme.CA(organization_name="hotmic", organization_unit_name="a run on this machine")
    mine = authority.issue_cert(*names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mine.configure_cert(context)  # by a temporary file, which is gone when this returns
    key = load_pem_x509_certificate(mine.cert_chain_pems[0].bytes()).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return Certificate(context, base64.b64encode(digest).decode(), authority.cert_pem.bytes().decode())
