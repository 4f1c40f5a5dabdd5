"""Says where this machine's metadata service is asked, as the library's own settings have it."""

from __future__ import annotations

# https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-client.html
_VARIABLES = {
    "ec2_metadata_service_endpoint": (
        "ec2_metadata_service_endpoint",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "http://169.254.169.254",
        None,
    ),
    "ec2_metadata_disabled": (None, "AWS_EC2_METADATA_DISABLED", "false", None),
}


def metadata_address() -> str:
    """This function will return the address of the metadata service; "" where it is not to be asked."""
    # Imported here, in a thread: a bot that has no limit to hold does without the library.
    from botocore.session import Session  # noqa: PLC0415 - see above

    session = Session(session_vars=_VARIABLES)
    if str(session.get_config_variable("ec2_metadata_disabled")).lower() == "true":
        return ""
    return str(session.get_config_variable("ec2_metadata_service_endpoint")).rstrip("/")
