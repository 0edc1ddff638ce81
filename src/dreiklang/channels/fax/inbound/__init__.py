"""What comes by fax: which mails are faxes, and their pages."""
