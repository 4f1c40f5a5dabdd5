"""What no fix may touch, and why: files that decide how code is built, checked, merged, or who is asked."""

from __future__ import annotations

from bot.config.mistakes import PATH as POLICY

# A pattern without a slash is about the last part of a path, in any folder; one that ends in a slash about all that is
# in a folder of that name, anywhere. Letters' case makes no difference.
_NAMED: tuple[tuple[str, str], ...] = (
    ("is the policy that holds the bot itself", POLICY),
    (
        "says who has to be asked",
        """
        codeowners owners owners_aliases maintainers
        """,
    ),
    (
        "belongs to GitHub's own settings: workflows, actions, templates",
        """
        .github/
        """,
    ),
    (
        "is an action",
        """
        action.yml action.yaml
        """,
    ),
    (
        "is another CI's pipeline",
        """
        .gitlab-ci.yml .gitlab-ci.yaml .gitlab/ .circleci/ .buildkite/ .woodpecker/ .forgejo/ .gitea/
        jenkinsfile* azure-pipelines*.yml .azure-pipelines/ .travis.yml .drone.yml bitbucket-pipelines.yml
        appveyor.yml .appveyor.yml .cirrus.yml .semaphore/ .teamcity/ cloudbuild*.yaml cloudbuild*.yml
        buildspec*.yml .tekton/ .ci/ .mergify.yml .bors.toml bors.toml .kodiak.toml .policy.yml .probot/
        renovate.json* .renovaterc* dependabot.yml
        """,
    ),
    (
        "tells git what to do, or what to show",
        """
        .git/ .gitattributes .gitmodules .gitconfig .lfsconfig .mailmap .git-blame-ignore-revs
        """,
    ),
    (
        "is a hook: it runs on everybody's machine",
        """
        .husky/ .githooks/ githooks/ .pre-commit-config.yaml .pre-commit-hooks.yaml lefthook.yml
        lefthook.yaml .lefthook.yml .lefthook.yaml .lintstagedrc* lint-staged.config.* .overcommit.yml
        """,
    ),
    (
        "tells agents what to do",
        """
        agents.md claude.md gemini.md copilot-instructions.md .cursorrules .windsurfrules .clinerules .rules
        opencode.json opencode.jsonc .opencode/ .claude/ .cursor/ .codex/ .gemini/ .aider* .mcp.json
        mcp.json .roo/ .continue/ .goosehints
        """,
    ),
    (
        "is set-up of an editor or a machine that runs programs",
        """
        .vscode/ .idea/ .devcontainer/ .devcontainer.json .envrc .gitpod.yml .zed/ .fleet/
        """,
    ),
    (
        "holds settings, and often secrets",
        """
        .env .env.* .netrc .pypirc .npmrc .yarnrc* .pip/ pip.conf
        """,
    ),
    (
        "names the tools and their versions",
        """
        rust-toolchain rust-toolchain.toml .python-version .nvmrc .node-version .tool-versions mise.toml
        .mise.toml .ruby-version .java-version .sdkmanrc global.json .terraform-version
        gradle-wrapper.properties gradle-wrapper.jar maven-wrapper.properties gradlew gradlew.bat mvnw
        mvnw.cmd flake.nix flake.lock shell.nix default.nix .bazelversion .bazelrc
        """,
    ),
    (
        "says how it is built",
        """
        makefile gnumakefile *.mk justfile .justfile taskfile.yml taskfile.yaml dockerfile* *.dockerfile
        containerfile* docker-compose*.yml docker-compose*.yaml compose.yml compose.yaml .dockerignore
        cmakelists.txt *.cmake meson.build configure.ac procfile vagrantfile .cargo/ gulpfile.* gruntfile.*
        webpack.config.* vite.config.* rollup.config.* babel.config.* .babelrc* rakefile build.sbt *.gradle
        *.gradle.kts gradle.properties pom.xml build.xml build.bazel workspace.bazel module.bazel *.csproj
        *.fsproj directory.build.* nuget.config
        """,
    ),
    (
        "decides how tests run and what counts",
        """
        pytest.ini .pytest.ini tox.ini tox.toml noxfile.py .coveragerc codecov.yml .codecov.yml codecov.yaml
        nextest.toml .config/nextest.toml tarpaulin.toml jest.config.* jest.setup.* vitest.config.*
        vitest.workspace.* vitest.setup.* karma.conf.* playwright.config.* cypress.config.* cypress.json
        .mocharc* ava.config.* .nycrc* wdio.conf.* phpunit.xml* .rspec spec_helper.rb rails_helper.rb
        test_helper.exs sitecustomize.py usercustomize.py *.pth
        """,
    ),
    (
        "decides what checkers complain of",
        """
        ruff.toml .ruff.toml .flake8 mypy.ini .mypy.ini pyrightconfig.json .pylintrc pylintrc .isort.cfg
        .bandit .codespellrc .style.yapf clippy.toml .clippy.toml rustfmt.toml .rustfmt.toml deny.toml
        cargo-deny.toml audit.toml .eslintrc* eslint.config.* .eslintignore .prettierrc* prettier.config.*
        .prettierignore biome.json biome.jsonc tsconfig*.json jsconfig.json tslint.json .stylelintrc*
        stylelint.config.* .stylelintignore .jshintrc deno.json deno.jsonc .oxlintrc.json oxlint.json
        oxlint.config.* .rubocop*.yml .golangci.* staticcheck.conf detekt.yml checkstyle*.xml pmd*.xml
        spotbugs*.xml phpstan*.neon* psalm.xml .php-cs-fixer* .editorconfig .clang-format .clang-tidy
        .yamllint* .markdownlint* .hadolint.* .shellcheckrc .tflint.hcl .checkov.* .trivyignore*
        .semgrepignore .gitleaks.toml .gitleaksignore .snyk .typos.toml typos.toml _typos.toml cspell.json
        .cspell.json .swiftlint.yml .scalafmt.conf .scalafix.conf .ktlint* sonar-project.properties
        .zizmor.yml zizmor.yml actionlint.yml actionlint.yaml .credo.exs .formatter.exs dprint.json
        .dprint.json
        """,
    ),
)
KEPT_OUT: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (why, tuple(named.split())) for why, named in _NAMED
)
