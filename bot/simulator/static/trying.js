// Asking a server that may say no: the refusal becomes a note, a bug stays an error.

import { note } from "./announce.js";
import { ApiError } from "./api.js";

/** Do the work; null, with a note on the page, when the server refused or is not there. */
export async function trying(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    note(error.message, "trouble");
    return null;
  }
}
