"""Addresses of signing in."""

from __future__ import annotations

from django.urls import path

from dreiklang.web.sign_in import outside, own, passkeys, second, views

app_name = "sign_in"
urlpatterns = [
    path("", views.by_password, name="password"),
    path("link/", views.ask_for_link, name="ask_for_link"),
    path("link/<str:secret>/", views.by_link, name="link"),
    path("forgotten/", views.forgotten, name="forgotten"),
    path("password/<str:secret>/", views.new_password, name="reset"),
    path("invitation/<str:secret>/", views.by_invitation, name="invitation"),
    path("with/<slug:key>/", outside.begin, name="service"),
    path("with/<slug:key>/back/", outside.back, name="service_back"),
    path("with/<slug:key>/answer/", outside.saml_answer, name="service_answer"),
    path("with/<slug:key>/arrival/<str:secret>/", outside.arrival, name="service_arrival"),
    path("with/<slug:key>/metadata/", outside.saml_metadata, name="service_metadata"),
    path("identity/<str:secret>/", outside.confirm, name="identity"),
    path("account/identities/<int:identity_id>/removal/", outside.untie, name="own_identity"),
    path("out/", views.out, name="out"),
    path("language/", views.language, name="language"),
    path("demo/", views.as_demo_person, name="demo"),
    path("second/", second.ask, name="second"),
    path("second/needed/", second.needed, name="needed"),
    path("passkey/", passkeys.sign_in, name="passkey"),
    path("passkey/question/", passkeys.ask, name="passkey_ask"),
    path("account/passkeys/", passkeys.add, name="own_passkeys"),
    path("account/passkeys/question/", passkeys.ask_new, name="own_passkeys_ask"),
    path("account/passkeys/<int:passkey_id>/", passkeys.rename, name="own_passkey"),
    path("account/passkeys/<int:passkey_id>/removal/", passkeys.remove, name="own_passkey_removal"),
    path("account/second/", second.begin, name="second_begin"),
    path("account/second/confirmation/", second.confirm, name="second_confirm"),
    path("account/second/removal/", second.remove, name="second_removal"),
    path("account/sessions/<int:session_id>/end/", own.end_session, name="own_session"),
    path("account/", own.page, name="own"),
    path("account/password/", own.password, name="own_password"),
    path("account/sessions/", own.sessions, name="own_sessions"),
    path("account/tokens/", own.make_token, name="own_tokens"),
    path("account/tokens/<int:token_id>/revocation/", own.revoke_token, name="own_token"),
]
