"""Reads the errors of Bundler and RubyGems."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_NONBLANK = re.compile(r"\S")

PARSER = reader_of(
    "bundler",
    signs=("Bundler", "Gemfile", "gem ", "Gem::", "rubygems", "Could not find"),
    landmarks=("Bundler could not find", "Bundler cannot continue", "Gem::Ext::BuildError"),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<message>(?:Could not reach host|Network error while fetching|Could not fetch specs from|Bundler::HTTPError|"
                r"Gem::RemoteFetcher::FetchError|ERROR:  Could not find a valid gem .*unable to download|Retrying download gem from .*after error).*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=re.compile(r"^\S"),
            most=4,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>Bundler could not find compatible versions for gem .*|Because .* version solving has failed.*|"
                r"Could not find compatible versions)$"
            ),
            cause=Cause.DEPENDENCY,
            body=_NONBLANK,
            blanks=1,
            until=re.compile(r"^(?:Fetching|Installing|Using|Run `|Bundle complete)"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>(?:Could not find (?:gem '.+'.*|\S+-\d\S* in .*|\S+ \(.*\) in .*)|Could not find .* in (?:any of the sources|locally installed gems)|"
                r"Your (?:bundle is locked to|Ruby version is|lockfile)|The (?:deployment setting|following gems are missing|gemspecs? for|bundle is frozen)|"
                r"You are trying to install in deployment mode|Some gems seem to be missing|The dependencies in your gemfile changed|"
                r"ERROR:  Could not find a valid gem|\S+ requires (?:ruby|rubygems) version).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=_NONBLANK,
            most=12,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:Gem::Ext::BuildError: )?(?P<message>ERROR: (?: Error installing .+:|Failed to build gem native extension\.))"
            ),
            cause=Cause.DEPENDENCY,
            body=_NONBLANK,
            blanks=1,
            until=re.compile(
                r"^(?:Gem files will remain|Results logged to|An error occurred while installing)"
            ),
        ),
        Form(
            head=re.compile(r"^(?P<message>An error occurred while installing .+ Bundler\b.*)"),
            cause=Cause.DEPENDENCY,
            body=_NONBLANK,
            most=8,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:\[!\] )?(?P<message>There was an error (?:parsing `Gemfile`|while loading `.+`).*)"
            ),
            cause=Cause.CONFIGURATION,
            body=_NONBLANK,
            blanks=1,
            most=12,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>(?:Could not locate Gemfile|bundler: (?:command not found|failed to load command).*))"
            ),
            cause=Cause.CONFIGURATION,
            body=_NONBLANK,
            most=8,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
