//! The parts of a card, and which of them give way when there is no room for all.

use jiff::Timestamp;
use jobs::alert::Reason;
use jobs::incident::{Changed, Happening, Member, Of};
use jobs::verdict::Verdict;

use super::{NAME, Showing, Teller, drawable, number, story};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Voice, alert, processes, verdict};

/// How much of each part there is room for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Lines of a log.
    log: usize,
    processes: usize,
    changes: usize,
    /// Of what takes up the room.
    culprits: usize,
    members: usize,
    /// Lines of what was done about it.
    story: usize,
}

impl Room {
    /// From all that a phone shows at a glance to the least. What matters least gives way first.
    pub(super) const LEVELS: [Self; 8] = [
        Self { log: 5, processes: 3, changes: 5, culprits: 4, members: 8, story: 6 },
        Self { log: 2, processes: 3, changes: 5, culprits: 4, members: 8, story: 6 },
        Self { log: 0, processes: 3, changes: 5, culprits: 4, members: 8, story: 6 },
        Self { log: 0, processes: 0, changes: 5, culprits: 4, members: 8, story: 6 },
        Self { log: 0, processes: 0, changes: 2, culprits: 4, members: 8, story: 6 },
        Self { log: 0, processes: 0, changes: 0, culprits: 4, members: 8, story: 4 },
        Self { log: 0, processes: 0, changes: 0, culprits: 0, members: 4, story: 3 },
        Self { log: 0, processes: 0, changes: 0, culprits: 0, members: 2, story: 2 },
    ];
    /// The headline, and what a person decides by.
    pub(super) const LEAST: Self =
        Self { log: 0, processes: 0, changes: 0, culprits: 0, members: 0, story: 1 };
}

/// The words of a card, in so much room.
pub(super) struct Words<'a> {
    pub(super) teller: &'a Teller<'a>,
    pub(super) showing: &'a Showing,
    pub(super) room: Room,
}

impl Words<'_> {
    /// All of them, from what happened to what comes.
    pub(super) fn all(&self) -> Markup {
        let (head, rest) = self.teller.title();
        let mut lines = vec![head];
        lines.extend(rest);
        lines.extend(self.late());
        lines.extend(self.members());
        lines.extend(self.growth());
        lines.extend(self.was());
        lines.extend(story::lines(self.voice(), self.teller.incident, self.room.story, self.teller.now));
        lines.extend(self.log());
        lines.extend(self.busy());
        lines.extend(self.changes());
        lines.extend(self.habit());
        lines.extend(self.taken());
        lines.extend(self.stale());
        lines.push(self.footer());
        Markup::lines(lines)
    }

    fn voice(&self) -> &Voice {
        self.teller.voice
    }

    fn moment(&self, at: Timestamp) -> String {
        self.voice().moment(at, self.teller.now)
    }

    fn say(&self, key: &str, at: Timestamp) -> Markup {
        self.voice().say(key, &[("at", self.moment(at).into())])
    }

    /// That it could not be told when it happened.
    fn late(&self) -> Option<Markup> {
        let made = self.showing.late?;
        let nouns = [("at", self.moment(made).into()), ("now", self.moment(self.teller.now).into())];
        Some(self.voice().say("incident-late", &nouns))
    }

    /// What belongs to it, where that is more than one thing: what is wrong before what is over.
    fn members(&self) -> Vec<Markup> {
        let all = &self.teller.incident.members;
        // The headline of an engine that came back names what did not.
        let named = self.teller.engine().is_some_and(|it| self.teller.stays_down(it));
        if all.len() < 2 || self.room.members == 0 || named {
            return Vec::new();
        }
        let mut sorted: Vec<&Member> = all.iter().filter(|it| !matches!(it.of, Of::Engine(_))).collect();
        sorted.sort_by_key(|it| (it.ended.is_some(), std::cmp::Reverse(it.severity), it.since));
        let mut lines: Vec<Markup> =
            sorted.iter().take(self.room.members).map(|it| self.member(it)).collect();
        if let Some(more) = sorted.len().checked_sub(self.room.members).filter(|more| 0 < *more) {
            lines.push(self.voice().say("and-more", &[("count", more.into())]));
        }
        lines
    }

    fn member(&self, member: &Member) -> Markup {
        let Teller { voice, now, .. } = *self.teller;
        match &member.of {
            Of::Alert { alert: it, .. } => alert::listed(voice, it, self.teller.rule(it), now),
            Of::Container { verdict: it, .. } => verdict::listed(voice, &Verdict::Container(it.clone()), now),
            Of::Engine(it) => verdict::listed(voice, &Verdict::Engine(it.clone()), now),
        }
    }

    /// What takes up the room, where that is known.
    fn growth(&self) -> Vec<Markup> {
        let Teller { voice, incident, now, .. } = *self.teller;
        // Of several, each has its own where it is listed.
        let open = drawable(incident).filter(|it| it.is_firing() && incident.members.len() == 1);
        let lines = open.map(|it| alert::culprits(voice, it, now)).unwrap_or_default();
        lines.into_iter().take(self.room.culprits).collect()
    }

    /// What was wrong with a single container that is well again: its card says that no more, and people ask.
    fn was(&self) -> Option<Markup> {
        match &self.teller.incident.members[..] {
            // What was done about it begins with it.
            [_] if story::begins(self.teller.incident) => None,
            [Member { of: Of::Container { verdict: newest, trouble, .. }, .. }] if newest != trouble => {
                let Teller { voice, now, .. } = *self.teller;
                Some(verdict::listed(voice, &Verdict::Container(trouble.clone()), now))
            }
            _ => None,
        }
    }

    /// The last words of the container that fell first, and of several, how it fell.
    fn log(&self) -> Vec<Markup> {
        let members = &self.teller.incident.members;
        let first = members.iter().find_map(|it| match &it.of {
            Of::Container { trouble, log, .. } if !log.is_empty() => Some((it, trouble, log)),
            Of::Container { .. } | Of::Alert { .. } | Of::Engine(_) => None,
        });
        let Some((member, trouble, log)) = first.filter(|_| 0 < self.room.log) else { return Vec::new() };
        let mut lines = Vec::new();
        let trouble = Verdict::Container(trouble.clone());
        if 1 < members.len() {
            let Teller { voice, now, .. } = *self.teller;
            // How it is by now is said where it is listed; of what is over, only that it happened.
            let (head, how) = verdict::words(voice, &trouble, now);
            let still = how.filter(|_| member.ended.is_none());
            lines.push(match still {
                Some(how) => head.plain(". ").then(how),
                None => verdict::listed(voice, &trouble, now),
            });
        }
        let kept = log.len().saturating_sub(self.room.log);
        lines.push(Markup::new().block(log[kept..].join("\n")));
        lines
    }

    /// The processes that were at the top of the list when it was told.
    fn busy(&self) -> Vec<Markup> {
        let all = &self.teller.incident.evidence.processes;
        if all.is_empty() || self.room.processes == 0 {
            return Vec::new();
        }
        let rows = all.iter().take(self.room.processes).map(|it| (it.name.as_str(), it.cpu, it.memory));
        vec![self.voice().say("incident-busy", &[]), processes::table(self.voice(), rows)]
    }

    /// What changed shortly before it, the newest last.
    fn changes(&self) -> Vec<Markup> {
        let all = &self.teller.incident.evidence.changes;
        // That the watch itself began is worth a line beside what else changed; alone it explains nothing.
        let explains = all.iter().any(|it| it.what != Happening::Began);
        if !explains || self.room.changes == 0 {
            return Vec::new();
        }
        let mut lines = vec![self.voice().say("incident-changes", &[])];
        let left_out = all.len().saturating_sub(self.room.changes);
        if 0 < left_out {
            lines.push(self.voice().say("incident-changes-earlier", &[("count", left_out.into())]));
        }
        lines.extend(all[left_out..].iter().map(|it| changed(self.voice(), it, self.teller.now)));
        lines
    }

    /// That it has come back, and how much of that is told aloud.
    fn habit(&self) -> Vec<Markup> {
        let Teller { incident, now, .. } = *self.teller;
        // An alert that comes and goes says so itself, and one that is back says so once.
        let least = match &incident.members[..] {
            [Member { of: Of::Alert { alert, .. }, .. }] => match alert.past.reason {
                Some(Reason::Unsteady { .. } | Reason::Calm { .. } | Reason::Steady { .. }) => u32::MAX,
                Some(
                    Reason::Ill { .. }
                    | Reason::Well { .. }
                    | Reason::Again { .. }
                    | Reason::Level { .. }
                    | Reason::Cut { .. },
                )
                | None => 2,
            },
            _ => 1,
        };
        let mut lines = Vec::new();
        let back = incident.came_back();
        if least <= back {
            lines.push(self.voice().say("incident-again", &[("count", back.into())]));
        }
        if incident.is_open() && incident.is_noisy(now) && !incident.is_flapping() {
            lines.push(self.voice().say("incident-noisy", &[]));
        }
        lines
    }

    /// Who has taken it on.
    fn taken(&self) -> Option<Markup> {
        let incident = self.teller.incident;
        let taken = incident.acknowledged.filter(|_| incident.is_open())?;
        if self.showing.reader == Some(taken.by) {
            return Some(self.say("incident-taken-you", taken.at));
        }
        let nouns = [("at", self.moment(taken.at).into()), ("by", taken.by.to_string().into())];
        Some(self.voice().say("incident-taken", &nouns))
    }

    /// That a button was of an earlier state of it.
    fn stale(&self) -> Option<Markup> {
        self.showing.stale.then(|| self.say("incident-stale", self.teller.now))
    }

    /// What it is called by, and when it is told again.
    fn footer(&self) -> Markup {
        let incident = self.teller.incident;
        let number = [("number", number(incident).into())];
        match incident.reminder.filter(|_| incident.is_open()) {
            Some(at) => {
                let [number] = number;
                self.voice().say("incident-footer-next", &[number, ("at", self.moment(at).into())])
            }
            None => self.voice().say("incident-footer", &number),
        }
    }
}

/// Something that changed, with its time.
pub(super) fn changed(voice: &Voice, changed: &Changed, now: Timestamp) -> Markup {
    let (key, name) = match &changed.what {
        Happening::Booted => ("changed-booted", ""),
        Happening::Restarted(name) => ("changed-restarted", name.as_str()),
        Happening::Updated(name) => ("changed-updated", name.as_str()),
        Happening::Stopped(name) => ("changed-stopped", name.as_str()),
        Happening::Healed(target) => ("changed-healed", target.as_str()),
        Happening::Began => ("changed-began", ""),
    };
    let name = [("name", short(name, NAME).into())];
    Markup::text(format!("{} ", voice.moment(changed.at, now))).then(voice.say(key, &name))
}
