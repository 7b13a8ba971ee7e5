"""The OAuth scopes that Genesys Cloud has: 135 (PROTOCOL.md#scopes-and-permissions)."""

from __future__ import annotations

from typing import Final

WHOLE: Final = "all"  # stands for every other one

# A domain has two scopes, `domain` and `domain:readonly`, but for these.
_ALONE: Final = "all data-extensions notifications upload user-basic-info"
_READONLY: Final = "audits search"
_DOMAINS: Final = """
    ai-studio alerting analytics architect assistants authorization billing business-rules case-management
    coaching content-management conversations data-privacy devices dialog employee-engagement
    employee-performance external-contacts fax gamification gdpr geolocation greetings groups
    identity-providers infrastructureascode integrations journey knowledge language-understanding learning
    license locations logcapture messaging messaging-platform oauth organization organization-authorization
    outbound presence process-automation quality recordings response-management routing scim screen-monitoring
    scripts social-media speech-and-text-analytics stations telephony textbots usage user-recordings users
    users-rules voicemail web-chat webdeployments widgets workforce-management workitems
"""
EVERY: Final = frozenset(
    [
        *_ALONE.split(),
        *(f"{domain}:readonly" for domain in _READONLY.split()),
        *_DOMAINS.split(),
        *(f"{domain}:readonly" for domain in _DOMAINS.split()),
    ]
)
