"""Operations of the App itself: its installations, their tokens, its webhook and the deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from bot.localhub.bodies import accounts, repositories
from bot.localhub.exchange import Answer, Listing, Refused, not_found

if TYPE_CHECKING:
    from bot.localhub.deliveries import Delivery
    from bot.localhub.exchange import Body, Call, Handlers
    from bot.localhub.state.nouns import Installation, Repository

LISTED = 30
MOST_REPOSITORIES = 500  # a token can be narrowed to


def get_app(call: Call) -> Answer:
    """This function will show the App."""
    count = len(call.store.installations)
    shown = accounts.app(call.store, call.world.app)
    return Answer(body={**shown, "events": list(call.world.app.events), "installations_count": count})


def create_from_manifest(call: Call) -> Answer:
    """This function will hand out the keys of an App that was made from a manifest."""
    keys = call.world.registrations.convert(call.path["code"])
    shown = accounts.app(call.store, call.world.app)
    secret = {
        "client_secret": keys.client_secret,
        "webhook_secret": keys.webhook_secret,
        "pem": keys.private_key_pem,
    }
    return Answer(status=201, body=shown | secret)


def list_installations(call: Call) -> Listing:
    """This function will list the App's installations."""
    found = [one for one in call.store.installations.values() if one.app is call.world.app]
    return Listing(items=found, render=lambda one: accounts.installation(call.store, one))


def _installation(call: Call) -> Installation:
    found = call.store.installations.get(call.number("installation_id"))
    if found is None or found.app is not call.world.app:
        raise not_found()
    return found


def get_installation(call: Call) -> Answer:
    """This function will show an installation."""
    return Answer(body=accounts.installation(call.store, _installation(call)))


def repository_installation(call: Call) -> Answer:
    """This function will show the installation that covers a repository."""
    found = call.store.installation_of(call.repository)
    if found is None or found.app is not call.world.app:
        raise not_found()
    return Answer(body=accounts.installation(call.store, found))


def account_installation(call: Call) -> Answer:
    """This function will show the installation on an organisation or user."""
    login = call.path.get("org") or call.path.get("username") or ""
    for one in call.store.installations.values():
        if one.app is call.world.app and one.account.login.lower() == login.lower():
            return Answer(body=accounts.installation(call.store, one))
    raise not_found()


def create_token(call: Call) -> Answer:
    """This function will issue an installation token, narrowed where asked."""
    installation = _installation(call)
    if installation.suspended_at is not None:
        raise Refused(403, "This installation has been suspended")
    wanted = _wanted_repositories(call, installation)
    permissions = call.get("permissions", dict)
    token = call.world.access.issue(installation, permissions=permissions, repository_ids=wanted)
    body: Body = {
        "token": token.text,
        "expires_at": accounts.moment(token.expires_at),
        "permissions": token.permissions,
        "repository_selection": installation.selection if wanted is None else "selected",
    }
    if wanted is not None:
        named = (call.store.repositories_by_id[number] for number in sorted(wanted))
        body["repositories"] = [repositories.in_rest(call.store, one) for one in named]
    return Answer(status=201, body=body)


def _wanted_repositories(call: Call, installation: Installation) -> set[int] | None:
    numbers, names = call.get("repository_ids", list), call.get("repositories", list)
    if numbers is None and names is None:
        return None
    wanted = set(numbers or ())
    for name in names or ():
        full = f"{installation.account.login}/{name}".lower()
        wanted.add(call.store.repositories[full].id if full in call.store.repositories else 0)
    if len(wanted) > MOST_REPOSITORIES:
        raise Refused(422, f"At most {MOST_REPOSITORIES} repositories can be named.")
    return wanted


def revoke_token(call: Call) -> Answer:
    """This function will make the calling token useless."""
    call.world.access.revoke(call.identity.token)
    return Answer(status=204)


def list_repositories(call: Call) -> Listing:
    """This function will list the repositories that the token covers."""
    installation = call.identity.installation
    if installation is None:
        raise not_found()
    covered = (call.store.repositories_by_id[number] for number in sorted(installation.repository_ids))
    found: list[Repository] = [one for one in covered if call.identity.sees(one)]
    return Listing(
        items=found,
        render=lambda one: repositories.in_rest(call.store, one),
        key="repositories",
        extra={"repository_selection": installation.selection},
    )


def hook_config(call: Call) -> Answer:
    """This function will show where the App's webhook goes."""
    url = call.world.deliveries.url
    shown = {"content_type": "json", "insecure_ssl": "0", "secret": "********"}
    return Answer(body=shown if url is None else {**shown, "url": url})


def update_hook_config(call: Call) -> Answer:
    """This function will change where the App's webhook goes and how it is signed."""
    call.world.deliveries.url = call.get("url", str, call.world.deliveries.url)
    call.world.deliveries.secret = call.get("secret", str, call.world.deliveries.secret)
    return hook_config(call)


def list_deliveries(call: Call) -> Answer:
    """This function will list deliveries newest first, page by cursor."""
    size = call.query.get("per_page", str(LISTED))
    most = min(100, int(size)) if size.isdecimal() and int(size) > 0 else LISTED
    cursor = call.query.get("cursor", "")
    if cursor and not cursor.removeprefix("v1_").isdecimal():
        raise Refused(400, "Invalid cursor")
    status = call.query.get("status")
    found = [
        one
        for one in _behind(call.world.deliveries.listed, int(cursor.removeprefix("v1_")) if cursor else None)
        if status is None or one.succeeded == (status == "success")
    ]
    page = found[:most]
    headers: dict[str, str] = {}
    if len(found) > most:
        there = f"{call.store.base_url}/app/hook/deliveries?per_page={most}&cursor=v1_{page[-1].id}"
        headers["link"] = f'<{there}>; rel="next"'
    return Answer(body=[_delivery(one) for one in page], headers=headers)


def _behind(listed: list[Delivery], cursor: int | None) -> list[Delivery]:
    """What stands behind the cursor in the list, whose order is that of the attempts' ends, not of their ids."""
    if cursor is None:
        return listed
    place = next((index for index, one in enumerate(listed) if one.id == cursor), len(listed))
    return listed[place + 1 :]


def _delivery(one: Delivery) -> Body:
    return {
        "id": one.id,
        "guid": one.guid,
        "delivered_at": one.delivered_at.isoformat().replace("+00:00", "Z"),
        "redelivery": one.redelivery,
        "duration": one.duration,
        "status": one.status,
        "status_code": one.status_code,
        "event": one.event,
        "action": one.action,
        "installation_id": one.installation_id,
        "repository_id": one.repository_id,
        "throttled_at": None,
    }


def _found_delivery(call: Call) -> Delivery:
    found = call.world.deliveries.find(call.number("delivery_id"))
    if found is None:
        raise not_found()
    return found


def get_delivery(call: Call) -> Answer:
    """This function will show a delivery with its request and response."""
    one = _found_delivery(call)
    body = _delivery(one) | {
        "url": call.world.deliveries.url or "",
        "request": {"headers": one.request_headers, "payload": orjson.loads(one.payload)},
        "response": {"headers": one.response_headers, "payload": one.response_text},
    }
    return Answer(body=body)


def redeliver(call: Call) -> Answer:
    """This function will send a delivery again, later, under its GUID."""
    call.world.deliveries.redeliver(_found_delivery(call))
    return Answer(status=202, body={})


HANDLERS: Handlers = {
    "apps/create-from-manifest": create_from_manifest,
    "apps/create-installation-access-token": create_token,
    "apps/get-authenticated": get_app,
    "apps/get-installation": get_installation,
    "apps/get-org-installation": account_installation,
    "apps/get-repo-installation": repository_installation,
    "apps/get-user-installation": account_installation,
    "apps/get-webhook-config-for-app": hook_config,
    "apps/get-webhook-delivery": get_delivery,
    "apps/list-installations": list_installations,
    "apps/list-repos-accessible-to-installation": list_repositories,
    "apps/list-webhook-deliveries": list_deliveries,
    "apps/redeliver-webhook-delivery": redeliver,
    "apps/revoke-installation-access-token": revoke_token,
    "apps/update-webhook-config-for-app": update_hook_config,
}
