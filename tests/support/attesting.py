"""A sigstore of the tests' own: a certificate authority, its two logs, and attestations that they vouch for."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BUILT_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
ISSUER = "https://token.actions.githubusercontent.com"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
PROVENANCE = "https://slsa.dev/provenance/v1"
_SCT_LIST = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_FULCIO = "1.3.6.1.4.1.57264.1"
# https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
_CLAIMS = {
    "issuer": 8,
    "repository": 12,
    "sha": 13,
    "ref": 14,
    "repository_id": 15,
    "workflow": 18,
    "run": 21,
}


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _signed(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def _der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _tagged(tag: bytes, raw: bytes) -> bytes:
    """A value of DER that is shorter than 256 bytes."""
    length = bytes([len(raw)]) if len(raw) < 0x80 else bytes([0x81, len(raw)])
    return tag + length + raw


def claims(**changed: str) -> dict[str, str]:
    """This function will make what GitHub Actions says of a run of the release workflow, some of it changed."""
    web = "https://github.com/acme/rocket"
    return {
        "issuer": ISSUER,
        "repository": web,
        "repository_id": "11",
        "sha": "a" * 40,
        "ref": "refs/tags/v1.0.0",
        "workflow": f"{web}/.github/workflows/release.yml@refs/tags/v1.0.0",
        "run": f"{web}/actions/runs/7/attempts/1",
    } | changed


def statement(digests: Mapping[str, str], *, predicate_type: str = PROVENANCE) -> bytes:
    """This function will say that files, by name and SHA-256, were built."""
    subject = [{"name": name, "digest": {"sha256": digest}} for name, digest in digests.items()]
    made = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subject,
        "predicateType": predicate_type,
        "predicate": {},
    }
    return json.dumps(made).encode()


@dataclass(frozen=True)
class Authority:
    """Certifies builds and logs what they sign."""

    ca: ec.EllipticCurvePrivateKey = field(default_factory=_key)
    log: ec.EllipticCurvePrivateKey = field(default_factory=_key)  # of certificates
    ledger: ec.EllipticCurvePrivateKey = field(default_factory=_key)  # of signatures

    @property
    def _name(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ca of the tests")])

    def _root(self) -> x509.Certificate:
        public = self.ca.public_key()
        usage = {"key_cert_sign": True, "crl_sign": True}
        return (
            x509.CertificateBuilder(subject_name=self._name, issuer_name=self._name)
            .public_key(public)
            .serial_number(1)
            .not_valid_before(BUILT_AT - timedelta(days=900))
            .not_valid_after(BUILT_AT + timedelta(days=900))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self.ca, hashes.SHA256())
        )

    def write_root(self, place: Path) -> Path:
        """This function will write down whom to trust."""
        since = {"start": "2020-01-01T00:00:00Z"}
        chain = {"certificates": [{"rawBytes": _text(self._root().public_bytes(Encoding.DER))}]}
        root = {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [_instance(self.ledger)],
            "ctlogs": [_instance(self.log)],
            "certificateAuthorities": [
                {
                    "subject": {"organization": "tests", "commonName": "ca of the tests"},
                    "uri": "https://ca.example",
                    "certChain": chain,
                    "validFor": since,
                }
            ],
            "timestampAuthorities": [],
        }
        place.write_text(json.dumps(root))
        return place

    def _certificate(self, key: ec.EllipticCurvePrivateKey, said: Mapping[str, str]) -> x509.Certificate:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca.public_key())
        builder = (
            x509.CertificateBuilder(subject_name=x509.Name([]), issuer_name=self._name)
            .public_key(key.public_key())
            .serial_number(2)
            .not_valid_before(BUILT_AT - timedelta(minutes=1))
            .not_valid_after(BUILT_AT + timedelta(minutes=9))
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(authority, critical=False)
            .add_extension(
                x509.SubjectAlternativeName([x509.UniformResourceIdentifier(said["workflow"])]), critical=True
            )
        )
        for name, value in said.items():
            oid = x509.ObjectIdentifier(f"{_FULCIO}.{_CLAIMS[name]}")
            builder = builder.add_extension(
                x509.UnrecognizedExtension(oid, _tagged(b"\x0c", value.encode())), critical=False
            )
        logged = self._logged(builder.sign(self.ca, hashes.SHA256()).tbs_certificate_bytes)
        final = builder.add_extension(x509.UnrecognizedExtension(_SCT_LIST, logged), critical=False)
        return final.sign(self.ca, hashes.SHA256())

    def _logged(self, certificate: bytes) -> bytes:
        """The promise to log a certificate: https://www.rfc-editor.org/rfc/rfc6962#section-3.2."""
        at = int(BUILT_AT.timestamp() * 1000)
        issuer = hashlib.sha256(_der(self.ca)).digest()
        entry = issuer + len(certificate).to_bytes(3, "big") + certificate
        signature = _signed(self.log, struct.pack("!BBQH", 0, 0, at, 1) + entry + struct.pack("!H", 0))
        log_id = hashlib.sha256(_der(self.log)).digest()
        promise = (
            struct.pack("!B32sQH", 0, log_id, at, 0) + struct.pack("!BBH", 4, 3, len(signature)) + signature
        )
        listed = struct.pack("!HH", len(promise) + 2, len(promise)) + promise
        return _tagged(b"\x04", listed)

    def attest(
        self, payload: bytes, said: Mapping[str, str] | None = None, *, kind: str = PAYLOAD_TYPE
    ) -> dict[str, Any]:
        """This function will sign a statement as a run of which GitHub Actions says this, and log it."""
        key = _key()
        certificate = self._certificate(key, claims() if said is None else said)
        signature = _signed(key, f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload)
        body = _canonical(_entry(payload, signature, certificate))
        return {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {
                "certificate": {"rawBytes": _text(certificate.public_bytes(Encoding.DER))},
                "tlogEntries": [self._ledger_entry(body)],
            },
            "dsseEnvelope": {
                "payload": _text(payload),
                "payloadType": kind,
                "signatures": [{"sig": _text(signature)}],
            },
        }

    def _ledger_entry(self, body: bytes) -> dict[str, Any]:
        log_id = hashlib.sha256(_der(self.ledger)).digest()
        at = int(BUILT_AT.timestamp())
        promised = {"body": _text(body), "integratedTime": at, "logID": log_id.hex(), "logIndex": 0}
        root = hashlib.sha256(b"\x00" + body).digest()
        note = f"ledger.example - 1\n1\n{_text(root)}\n"
        mark = _text(log_id[:4] + _signed(self.ledger, note.encode()))
        return {
            "logIndex": "0",
            "logId": {"keyId": _text(log_id)},
            "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(at),
            "inclusionPromise": {"signedEntryTimestamp": _text(_signed(self.ledger, _canonical(promised)))},
            "inclusionProof": {
                "logIndex": "0",
                "rootHash": _text(root),
                "treeSize": "1",
                "hashes": [],
                "checkpoint": {"envelope": f"{note}\n— ledger.example {mark}\n"},
            },
            "canonicalizedBody": _text(body),
        }


def _usage(**named: bool) -> x509.KeyUsage:
    uses = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{use: named.get(use, False) for use in uses})


def _instance(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    der = _der(key)
    return {
        "baseUrl": "https://log.example",
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": _text(der),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": {"start": "2020-01-01T00:00:00Z"},
        },
        "logId": {"keyId": _text(hashlib.sha256(der).digest())},
    }


def _entry(payload: bytes, signature: bytes, certificate: x509.Certificate) -> dict[str, Any]:
    digest = {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()}
    verifier = _text(certificate.public_bytes(Encoding.PEM))
    spec = {
        "envelopeHash": digest,
        "payloadHash": digest,
        "signatures": [{"signature": _text(signature), "verifier": verifier}],
    }
    return {"apiVersion": "0.0.1", "kind": "dsse", "spec": spec}
