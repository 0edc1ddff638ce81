"""Who must hear what: notifications in the desk and by mail, the outbox, the words we send and their templates."""
