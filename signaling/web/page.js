// A page follows its room by the event stream that its body names. The server writes all HTML; here it is put
// in its place, and pictures are loaded one at a time, so that a slow line shows fewer instead of older ones.
"use strict";
(() => {
  const body = document.body;
  if (!body.dataset.events) return;
  const byId = (id) => document.getElementById(id);
  const state = byId("state");
  const stage = body.classList.contains("stage");
  const lateAfter = 5000;  // a sharer sends about once a second
  let taken = stage ? performance.now() - Number(state.dataset.age) : 0;
  let word = "";  // says more than the age of the picture does

  const say = (kind, text) => {
    if (state.className !== kind) state.className = kind;
    if (state.textContent !== text) state.textContent = text;
  };
  const tell = () => {
    if (word) return say("lost", word);
    if (!stage) return say("live", "live");
    const seconds = Math.round((performance.now() - taken) / 1000);
    const ago = seconds < 2 ? "live" : seconds < 60 ? seconds + " s ago" : Math.floor(seconds / 60) + " min ago";
    say(seconds * 1000 > lateAfter ? "late" : "live", ago);
  };

  // One request at a time for each picture; of those that were asked for meanwhile, the newest.
  const load = async (image, url, then) => {
    if (image.busy) {
      image.next = [url, then];
      return;
    }
    image.busy = true;
    try {
      const answer = await fetch(url, {cache: "no-store"});
      if (answer.ok) {
        const old = image.src;
        image.src = URL.createObjectURL(await answer.blob());
        await image.decode().catch(() => {});
        image.width = image.naturalWidth;
        image.height = image.naturalHeight;
        if (old.startsWith("blob:")) URL.revokeObjectURL(old);
        if (then) then();
      }
    } catch (_) {
      // the event stream says when the connection is lost
    }
    image.busy = false;
    if (image.next) {
      const [nextUrl, nextThen] = image.next;
      image.next = null;
      load(image, nextUrl, nextThen);
    }
  };

  // An EventSource connects again by itself when a connection is lost; an answer that is no stream closes it
  // for good (HTML, server-sent events), and does not say why. So that is asked for.
  const listeners = [];
  const shortestPause = 3000;
  const longestPause = 60000;
  let source = null;
  let pause = shortestPause;
  const end = (text) => {
    word = text;
    body.classList.add("off");
    tell();
  };
  const connect = () => {
    source = new EventSource(body.dataset.events);
    source.onopen = () => { word = ""; pause = shortestPause; tell(); };
    source.onerror = () => {
      word = word || "connection lost, trying again";
      tell();
      if (source.readyState === EventSource.CLOSED) askWhy();
    };
    for (const [name, what] of listeners) source.addEventListener(name, what);
  };
  const askWhy = async () => {
    let wait = pause;
    pause = Math.min(2 * pause, longestPause);
    try {
      const answer = await fetch(body.dataset.events, {method: "HEAD", cache: "no-store"});
      if (answer.status === 404) return end(stage ? "not shared any more" : "the room has ended");
      wait = Math.max(wait, 1000 * (Number(answer.headers.get("Retry-After")) || 0));
    } catch (_) {
      // nobody answers: it is tried again
    }
    setTimeout(connect, wait);
  };
  const on = (name, what) => {
    const listener = (event) => { what(event.data); tell(); };
    listeners.push([name, listener]);
  };
  on("over", (how) => {
    source.close();
    end(how === "moved" ? "this link is void, the room has a new one" : "the room has ended");
  });

  if (stage) {
    const picture = byId("picture");
    on("gone", () => { word = "not shared any more"; body.classList.add("off"); });
    on("frame", (data) => {
      const [number, age] = data.split(" ").map(Number);
      const came = performance.now() - age;
      word = "";
      load(picture, picture.dataset.image + "?n=" + number, () => {
        taken = came;
        body.classList.remove("off");
        body.dataset.shown = number;
        tell();
      });
    });
    byId("fit").addEventListener("click", (event) => {
      event.preventDefault();
      const fits = !body.classList.contains("fits");
      body.classList.toggle("fits", fits);
      body.classList.toggle("whole", !fits);
      event.currentTarget.textContent = fits ? "Full size" : "Fit to window";
      const here = new URL(location.href);
      here.searchParams.set("fit", fits ? "1" : "0");
      history.replaceState(null, "", here);
    });
    setInterval(tell, 1000);
  } else {
    const put = (id) => on(id, (html) => { byId(id).innerHTML = html; });
    for (const id of ["title", "people", "files", "screens"]) put(id);
    on("talking", (data) => {
      const now = new Set(data.split(" ").map((leg) => "leg-" + leg));
      for (const person of document.querySelectorAll("#people li")) person.classList.toggle("talks", now.has(person.id));
    });
    on("frame", (data) => {
      const [token, number] = data.split(" ");
      const image = document.querySelector('img[data-screen="' + token + '"]');
      if (image) load(image, "../screen/" + token + ".jpg?n=" + number);
    });
  }
  connect();
  tell();
})();
