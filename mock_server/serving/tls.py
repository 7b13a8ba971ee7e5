"""A certificate for one run: made at its start, kept in memory, signed by an authority that nobody else knows."""

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
    """What the server shows (`context`), and by what others may trust it.

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
