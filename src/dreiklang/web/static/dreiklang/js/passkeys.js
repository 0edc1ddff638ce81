// Passkeys: a form that asks the device first and then goes its usual way. Shown only where the browser can.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const letters = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function question(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const reply = await fetch(form.dataset.question, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!reply.ok) throw new Error(String(reply.status));
  const asked = await reply.json();
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const list of [asked.excludeCredentials, asked.allowCredentials]) {
    for (const known of list || []) known.id = bytes(known.id);
  }
  return asked;
}

function told(credential) {
  const { response } = credential;
  const said = { clientDataJSON: letters(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = letters(response.attestationObject);
    said.transports = response.getTransports ? response.getTransports() : [];
  } else {
    said.authenticatorData = letters(response.authenticatorData);
    said.signature = letters(response.signature);
    said.userHandle = response.userHandle ? letters(response.userHandle) : null;
  }
  return JSON.stringify({ id: credential.id, rawId: credential.id, type: credential.type, response: said });
}

async function answered(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const words = form.querySelector("[data-passkey-words]");
  words.hidden = true;
  try {
    const publicKey = await question(form);
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.credential.value = told(credential);
    form.submit();
  } catch (error) {
    words.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", answered);
  }
}
