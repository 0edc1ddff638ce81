"""Who is speaking, by the word of others: sign-in services (OpenID Connect, SAML) and directories (LDAP).

A *source* is one of them, as an administrator set it up. A *claim* is what it says of somebody: a name for good (the
subject), a mail address, whether that is proven. An *identity* ties a subject to an account, once, after proof.
"""
