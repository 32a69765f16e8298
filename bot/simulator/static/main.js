// The page's beginning: ask what there is, put the cast on phones, and follow what happens.

import { demo, line, telegram } from "./api.js";
import { Bill } from "./bill.js";
import { Clock } from "./clock.js";
import { Faults } from "./faults.js";
import { Ledger } from "./ledger.js";
import { Panel } from "./panel.js";
import { Stage } from "./stage.js";
import { follow } from "./stream.js";
import { Timetable } from "./timetable.js";
import { trying } from "./trying.js";
import { Watched } from "./watched.js";

async function start() {
  const state = await demo.state();
  const accounts = {
    line: await line.accounts(),
    telegram: state.telegram ? await telegram.accounts() : [],
  };
  const school = new Watched(state);
  const persons = new Watched([]);
  const bill = new Bill();
  const ledger = new Ledger(persons);
  const stage = new Stage({ accounts, school, persons });
  const clock = new Clock(document.getElementById("clock"), school);
  const restart = (fresh) => {
    school.set(fresh);
    stage.restart(fresh.cast);
    ledger.changed();
  };
  new Panel([
    { id: "bill", label: "帳單", node: bill.node },
    { id: "ledger", label: "帳本", node: ledger.node, shown: () => ledger.shown() },
    { id: "timetable", label: "期程", node: new Timetable(school).node },
    { id: "faults", label: "故障", node: new Faults(restart).node },
  ]);
  school.watch(showSchool);
  showConsole(state.console);
  await stage.open(state.cast);
  follow(line.streamUrl(state.account), {
    open: () => refreshAll(state.account, stage, bill),
    chat: ({ userId }) => stage.refresh(userId),
    meter: (meter) => bill.show(meter),
  });
  if (state.telegram) {
    follow(telegram.streamUrl(state.telegram), {
      open: () => stage.refresh(),
      chat: ({ userId }) => stage.refresh(userId),
      meter: (meter) => bill.showTelegram(meter),
    });
  }
  follow(demo.streamUrl(), {
    open: () => ledger.changed(),
    progress: (step) => clock.progress(step),
    state: (fresh) => school.set(fresh),
    ledger: () => ledger.changed(),
  });
}

async function refreshAll(account, stage, bill) {
  stage.refresh();
  const meter = await trying(() => line.meter(account));
  if (meter) bill.show(meter);
}

function showConsole(address) {
  const link = document.getElementById("console");
  link.hidden = !address;
  if (address) link.href = address;
}

function showSchool({ school }) {
  const { name, term, pupils, classes, staff } = school;
  const facts = `${pupils.toLocaleString("en-US")} 名學生・${classes} 班・${staff} 位教職員`;
  document.getElementById("school-name").textContent = `${name} ${term}`;
  document.getElementById("school-facts").textContent = classes ? facts : "";
}

trying(start);
