// The HTTP interfaces behind the page: the simulator's phones and the demonstration's school.

const SAID = {
  0: "連不到示範伺服器",
  404: "這裡沒有這個功能",
  409: "時間正在前進，請等一下再試",
};

/** An answer that was not 2xx, or no answer at all (status 0). */
export class ApiError extends Error {
  constructor(status) {
    super(SAID[status] ?? `伺服器回應 ${status}`);
    this.status = status;
  }
}

async function call(method, path, body) {
  const options = { method, headers: { accept: "application/json" } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["content-type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError(0);
  }
  if (!response.ok) throw new ApiError(response.status);
  return response.json();
}

const query = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== "" && value != null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
};

const segment = encodeURIComponent;

/** One messenger's side: what a phone shows, and what its owner does. */
function messenger(root) {
  const chatPath = (account, userId, verb) =>
    `${root}/phone/${segment(account)}/${segment(userId)}${verb ? `/${verb}` : ""}`;
  const side = {
    accounts: () => call("GET", `${root}/phone/accounts`),
    chat: (account, userId) => call("GET", chatPath(account, userId)),
    knows: async (account, userId) => {
      try {
        return Boolean(await side.chat(account, userId));
      } catch (error) {
        if (error instanceof ApiError && error.status) return false;
        throw error;
      }
    },
    meter: (account) => call("GET", `${root}/phone/${segment(account)}/meter`),
    act: (account, userId, verb, body) => call("POST", chatPath(account, userId, verb), body),
    streamUrl: (account) => `${root}/phone/stream${query({ account })}`,
  };
  return side;
}

export const line = messenger("/simulator");
export const telegram = messenger("/simulator/telegram");

/** The school's side: its clock, its people, and the ledger. */
export const demo = {
  state: () => call("GET", "/demo/state"),
  advance: (by) => call("POST", "/demo/advance", { by }),
  people: (q, role) => call("GET", `/demo/people${query({ q, role })}`),
  putOnPhone: (personId, channel) =>
    call("POST", `/demo/people/${segment(personId)}/phone`, { channel }),
  putGroupOnPhone: (channel) => call("POST", "/demo/group", { channel }),
  ledger: (person) => call("GET", `/demo/ledger${query({ person, limit: 100 })}`),
  moveDeadline: (windowId, days) => call("POST", "/demo/deadline", { windowId, days }),
  fault: (kind) => call("POST", "/demo/faults", { kind }),
  reset: () => call("POST", "/demo/reset", {}),
  streamUrl: () => "/demo/stream",
};
