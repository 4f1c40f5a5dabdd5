"""The operations behind merges, releases and picks: branches, git's own objects, releases and their files."""

from __future__ import annotations

from bot.github.operation import Operation, Permissions

_REPO = "/repos/{owner}/{repo}"
_METADATA: Permissions = frozenset({("metadata", "read")})
_CONTENTS_READ: Permissions = frozenset({("contents", "read")})
_CONTENTS_WRITE: Permissions = frozenset({("contents", "write")})
_PULLS_READ: Permissions = frozenset({("pull_requests", "read")})
_PULLS_WRITE: Permissions = frozenset({("pull_requests", "write")})

# Of a commit whose workflows differ from the default branch's, GitHub says that the token must be authorized to modify
# workflows: "Otherwise, this endpoint returns 404 Not Found; some authentication paths surface 403".
_VEILED = frozenset({403, 404})

# merging
# Only who may write the contents is told how the repository merges.
GET_REPOSITORY = Operation(
    id="repos/get", method="GET", path=_REPO, permissions=frozenset({*_METADATA, *_CONTENTS_WRITE})
)
GET_BRANCH = Operation(
    id="repos/get-branch", method="GET", path=f"{_REPO}/branches/{{branch}}", permissions=_CONTENTS_READ
)
LIST_BRANCH_RULES = Operation(
    id="repos/get-branch-rules",
    method="GET",
    path=f"{_REPO}/rules/branches/{{branch}}",
    permissions=_METADATA,
)
MERGE_PULL = Operation(
    id="pulls/merge",
    method="PUT",
    path=f"{_REPO}/pulls/{{pull_number}}/merge",
    permissions=_CONTENTS_WRITE,
)
MERGE_BRANCH = Operation(
    id="repos/merge", method="POST", path=f"{_REPO}/merges", permissions=_CONTENTS_WRITE, paced=False
)
UPDATE_BRANCH = Operation(
    id="pulls/update-branch",
    method="PUT",
    path=f"{_REPO}/pulls/{{pull_number}}/update-branch",
    # "you must also have permissions to write the contents of the head repository"
    permissions=_PULLS_WRITE | _CONTENTS_WRITE,
)
CREATE_PULL = Operation(id="pulls/create", method="POST", path=f"{_REPO}/pulls", permissions=_PULLS_WRITE)
UPDATE_PULL = Operation(
    id="pulls/update",
    method="PATCH",
    path=f"{_REPO}/pulls/{{pull_number}}",
    permissions=_PULLS_WRITE,
    repeatable=True,
)
LIST_PULL_FILES = Operation(
    id="pulls/list-files",
    method="GET",
    path=f"{_REPO}/pulls/{{pull_number}}/files",
    permissions=_PULLS_READ,
)

# git's own objects; what has the same content has the same name, so making it twice makes it once
GET_REF = Operation(
    id="git/get-ref", method="GET", path=f"{_REPO}/git/ref/{{ref}}", permissions=_CONTENTS_READ
)
LIST_REFS = Operation(
    id="git/list-matching-refs",
    method="GET",
    path=f"{_REPO}/git/matching-refs/{{ref}}",
    permissions=_CONTENTS_READ,
)
CREATE_REF = Operation(
    id="git/create-ref",
    method="POST",
    path=f"{_REPO}/git/refs",
    permissions=_CONTENTS_WRITE,
    paced=False,
)
UPDATE_REF = Operation(
    id="git/update-ref",
    method="PATCH",
    path=f"{_REPO}/git/refs/{{ref}}",
    permissions=_CONTENTS_WRITE,
    repeatable=True,
    paced=False,
)
DELETE_REF = Operation(
    id="git/delete-ref",
    method="DELETE",
    path=f"{_REPO}/git/refs/{{ref}}",
    permissions=_CONTENTS_WRITE,
    repeatable=True,
    paced=False,
)
CREATE_TAG = Operation(
    id="git/create-tag",
    method="POST",
    path=f"{_REPO}/git/tags",
    permissions=_CONTENTS_WRITE,
    repeatable=True,  # the object alone; the reference makes it a tag
    paced=False,
)
GET_TAG = Operation(
    id="git/get-tag", method="GET", path=f"{_REPO}/git/tags/{{tag_sha}}", permissions=_CONTENTS_READ
)
GET_GIT_COMMIT = Operation(
    id="git/get-commit",
    method="GET",
    path=f"{_REPO}/git/commits/{{commit_sha}}",
    permissions=_CONTENTS_READ,
)
GET_TREE = Operation(
    id="git/get-tree", method="GET", path=f"{_REPO}/git/trees/{{tree_sha}}", permissions=_CONTENTS_READ
)
CREATE_BLOB = Operation(
    id="git/create-blob",
    method="POST",
    path=f"{_REPO}/git/blobs",
    permissions=_CONTENTS_WRITE,
    repeatable=True,
    paced=False,
)
GET_BLOB = Operation(
    id="git/get-blob", method="GET", path=f"{_REPO}/git/blobs/{{file_sha}}", permissions=_CONTENTS_READ
)
CREATE_TREE = Operation(
    id="git/create-tree",
    method="POST",
    path=f"{_REPO}/git/trees",
    permissions=_CONTENTS_WRITE,
    repeatable=True,
    paced=False,
)
CREATE_COMMIT = Operation(
    id="git/create-commit",
    method="POST",
    path=f"{_REPO}/git/commits",
    permissions=_CONTENTS_WRITE,
    repeatable=True,
    paced=False,
)

CREATE_FILE = Operation(
    id="repos/create-or-update-file-contents",
    method="PUT",
    path=f"{_REPO}/contents/{{path}}",
    permissions=_CONTENTS_WRITE,
    repeatable=True,  # without the id of a file it replaces none
    paced=False,
)

# releases; "only users with push access will receive listings for draft releases"
LIST_RELEASES = Operation(
    id="repos/list-releases", method="GET", path=f"{_REPO}/releases", permissions=_CONTENTS_WRITE
)
GET_RELEASE = Operation(
    id="repos/get-release",
    method="GET",
    path=f"{_REPO}/releases/{{release_id}}",
    permissions=_CONTENTS_WRITE,
)
CREATE_RELEASE = Operation(
    id="repos/create-release",
    method="POST",
    path=f"{_REPO}/releases",
    permissions=_CONTENTS_WRITE,
    veiled=_VEILED,
)
UPDATE_RELEASE = Operation(
    id="repos/update-release",
    method="PATCH",
    path=f"{_REPO}/releases/{{release_id}}",
    permissions=_CONTENTS_WRITE,
    repeatable=True,
    veiled=_VEILED,
)
DELETE_RELEASE = Operation(
    id="repos/delete-release",
    method="DELETE",
    path=f"{_REPO}/releases/{{release_id}}",
    permissions=_CONTENTS_WRITE,
    repeatable=True,
)
LIST_ASSETS = Operation(
    id="repos/list-release-assets",
    method="GET",
    path=f"{_REPO}/releases/{{release_id}}/assets",
    permissions=_CONTENTS_WRITE,
)
DOWNLOAD_ASSET = Operation(
    id="repos/get-release-asset",
    method="GET",
    path=f"{_REPO}/releases/assets/{{asset_id}}",
    permissions=_CONTENTS_WRITE,
)
