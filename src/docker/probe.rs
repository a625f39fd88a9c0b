//! What the engine, or a filter before it, lets us do: asked without doing any of it.
//!
//! What is about one container is asked of one that cannot exist: an engine answers "no such container", a filter
//! answers 403 or 405 before that. Pruning names nobody, so it is asked wrongly, twice over: with a filter that no
//! engine knows or that has two values where one may be, which engines refuse before they look at anything, and for
//! what carries a label, or an id, that nothing has. Disk usage is not asked for: the answer takes a walk over every
//! layer.

use hyper::Method;
use hyper::body::Bytes;
use jobs::ports::{Allowed, Permission, Right};

use super::Docker;
use super::calls;
use super::fault::Fault;

/// No container can be called so: names begin with a letter or a figure, ids are hexadecimal.
pub(super) const NOBODY: &str = "_vakhta-asks-for-nobody";
/// No image has it: nothing hashes to it.
const NO_IMAGE: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// What a question says, so that its answer means something.
enum Question {
    /// It is answered when it is allowed; it changes nothing.
    Plain(&'static str),
    /// Asked of what cannot exist.
    OfNobody(&'static str),
    /// Asked wrongly: refused as wrong when it is allowed.
    Wrong(&'static str),
    /// It cannot be asked for less than its full price.
    Costly,
}

/// `{"vakhta-asks":["only"],"dangling":["perhaps"],"label":["vakhta.nobody.has.this"]}`: the first is no filter of any
/// engine, the second no value, the third nobody's.
const NO_IMAGES: &str = "filters=%7B%22vakhta-asks%22%3A%5B%22only%22%5D%2C%22dangling%22%3A%5B%22perhaps%22%5D%2C%22label%22%3A%5B%22\
                         vakhta.nobody.has.this%22%5D%7D";
/// `{"until":["never","ever"],"id":["vakhta-asks-for-nobody"]}`: one duration may be given, these are none, and no
/// piece has that id.
const NO_BUILD_CACHE: &str = "filters=%7B%22until%22%3A%5B%22never%22%2C%22ever%22%5D%2C%22id%22%3A%5B%22vakhta-asks-for-nobody%22%5D%7D";
/// The first engine that reads the filters of [`NO_BUILD_CACHE`]: Docker 18.09. What is older prunes regardless.
const FILTERS_BUILD_CACHE: super::api::Version = super::api::Version::new(1, 39);

fn question(right: Right) -> Question {
    use Question::{Costly, OfNobody, Plain, Wrong};
    match right {
        Right::Version | Right::Info => Plain(""),
        // Of a second that is long over.
        Right::Events => Plain("since=1&until=2"),
        Right::List => Plain("limit=1"),
        Right::Networks => Plain("filters=%7B%22name%22%3A%5B%22_vakhta-asks-for-nobody%22%5D%7D"),
        Right::Inspect
        | Right::Top
        | Right::Start
        | Right::Stop
        | Right::Restart
        | Right::Kill
        | Right::Pause
        | Right::Unpause => OfNobody(""),
        Right::Logs => OfNobody("stdout=1&tail=1"),
        Right::Load => OfNobody("stream=0"),
        // Never the volumes, never by force: as it would be done.
        Right::RemoveContainer => OfNobody("v=0&force=0"),
        Right::InspectImage => OfNobody(""),
        Right::RemoveImage => OfNobody("force=0&noprune=1"),
        Right::PruneImages => Wrong(NO_IMAGES),
        Right::PruneBuildCache => Wrong(NO_BUILD_CACHE),
        Right::DiskUsage => Costly,
    }
}

impl Docker {
    /// What is found out of each right; of none when nobody answers.
    pub(super) async fn find_out(&self) -> Option<Allowed> {
        let doing = || "asking what is allowed".to_owned();
        let version = match self.within(self.timings.read, doing, self.wire.version()).await {
            Ok(version) => Some(version),
            Err(Fault::Answered(_)) => None,
            Err(_) => return None,
        };
        let api: Option<super::api::Version> = version.as_ref().and_then(|it| it.api_version.parse().ok());
        let mut allowed = Allowed::default();
        for right in Right::ALL {
            let permission = match question(right) {
                Question::Costly => Permission::Unknown,
                // An engine that does not say how old it is may be too old to be asked.
                Question::Wrong(_)
                    if right == Right::PruneBuildCache && api.is_none_or(|it| it < FILTERS_BUILD_CACHE) =>
                {
                    Permission::Unknown
                }
                Question::Plain(query) | Question::OfNobody(query) | Question::Wrong(query) => {
                    self.ask(right, query).await?
                }
            };
            allowed.learn(right, permission);
        }
        Some(allowed)
    }

    /// None when nobody answers.
    async fn ask(&self, right: Right, query: &str) -> Option<Permission> {
        let call = calls::of(right);
        let path = call.path.replace("{name}", NOBODY).replace("{image}", NO_IMAGE);
        let target = if query.is_empty() { path } else { format!("{path}?{query}") };
        let method = Method::from_bytes(call.method.as_bytes()).ok()?;
        let nothing = Bytes::new();
        let asked = async {
            match right {
                // The dialect is no part of the question.
                Right::Version => self.wire.version().await.map(drop),
                _ => self.wire.send(&method, &target, &nothing).await.map(drop),
            }
        };
        let doing = || format!("asking whether {} is allowed", right.name());
        let answer = self.within(self.timings.read, doing, asked).await;
        let answer = match answer {
            Ok(()) => Answer::Done,
            Err(Fault::Answered(no)) if matches!(no.status, 502 | 504) => return None,
            Err(Fault::Answered(no)) => Answer::No(no.status, no.message.to_lowercase()),
            // An answer that is not understood was given all the same.
            Err(Fault::Garbled(_) | Fault::Empty(_)) => Answer::Done,
            Err(Fault::Unreachable(_) | Fault::Unanswered(_)) => return None,
        };
        Some(meaning(&question(right), &answer))
    }
}

/// What was answered.
enum Answer {
    /// That it is done.
    Done,
    /// A status, and words in small letters.
    No(u16, String),
}

fn meaning(question: &Question, answer: &Answer) -> Permission {
    match (question, answer) {
        (_, Answer::No(403 | 405, _)) => Permission::No,
        // Asked wrongly, an engine that has no images does not look at what is wrong.
        (Question::Plain(_) | Question::Wrong(_), Answer::Done) => Permission::Yes,
        (Question::OfNobody(_), Answer::No(404, words))
            if words.contains("no such") || words.contains("not find") || words.contains("not known") =>
        {
            Permission::Yes
        }
        (Question::Wrong(_), Answer::No(404 | 501, _)) => Permission::Missing,
        // 409: somebody else is pruning.
        (Question::Wrong(_), Answer::No(400 | 409 | 500, _)) => Permission::Yes,
        // Whatever this was, it was no refusal.
        (Question::Plain(_) | Question::OfNobody(_) | Question::Wrong(_) | Question::Costly, _) => {
            Permission::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_means_what_its_question_makes_of_it() {
        let check = |question: Question, status: u16, words: &str, expected: Permission| {
            let answer = match status {
                200 => Answer::Done,
                status => Answer::No(status, words.to_owned()),
            };
            assert_eq!(meaning(&question, &answer), expected, "{status} {words}");
        };
        let nobody = "no such container: _vakhta-asks-for-nobody";
        check(Question::OfNobody(""), 404, nobody, Permission::Yes);
        check(Question::OfNobody(""), 404, "page not found", Permission::Unknown);
        check(Question::OfNobody(""), 403, nobody, Permission::No);
        check(Question::OfNobody(""), 405, "method not allowed", Permission::No);
        check(Question::OfNobody(""), 200, "", Permission::Unknown);
        check(Question::OfNobody(""), 500, "", Permission::Unknown);
        check(Question::Plain(""), 200, "", Permission::Yes);
        check(Question::Plain(""), 403, "", Permission::No);
        check(Question::Plain(""), 500, "", Permission::Unknown);
        check(Question::Wrong(""), 400, "invalid filter", Permission::Yes);
        check(Question::Wrong(""), 404, "not found", Permission::Missing);
        check(Question::Wrong(""), 403, "path not allowed", Permission::No);
        check(Question::Wrong(""), 200, "", Permission::Yes);
        check(Question::Wrong(""), 409, "a prune operation is already running", Permission::Yes);
        check(Question::Wrong(""), 502, "", Permission::Unknown);
        check(Question::Costly, 200, "", Permission::Unknown);
    }

    #[test]
    fn a_question_never_names_a_thing_that_can_exist() {
        for right in Right::ALL {
            let path = calls::of(right).path;
            match question(right) {
                Question::OfNobody(_) => {
                    assert!(path.contains("{name}") || path.contains("{image}"), "{path}")
                }
                Question::Plain(_) | Question::Wrong(_) | Question::Costly => {
                    assert!(!path.contains('{'), "{path}");
                }
            }
            // Whoever changes something is asked of nobody, or wrongly.
            if calls::of(right).method != "GET" {
                assert!(matches!(question(right), Question::OfNobody(_) | Question::Wrong(_)), "{path}");
            }
        }
    }
}
