"""The set-up in the browser: an App is registered from the manifest, its webhook checked, its repositories examined."""
