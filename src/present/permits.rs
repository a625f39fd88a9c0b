//! What Docker, or the filter before it, lets us do, in a reader's words.

use jobs::ports::{Permission, Reach, Right};

use crate::markup::Markup;
use crate::present::Voice;

/// So many refused things are named one by one.
const NAMED: usize = 6;

/// One right for people: "restarting containers".
pub fn name(voice: &Voice, right: Right) -> String {
    voice.word(&format!("right-{}", right.name()), &[])
}

/// How far we reach.
pub fn reach(voice: &Voice, reach: &Reach) -> Markup {
    let key = match reach {
        Reach::Unknown => "docker-reach-unknown",
        Reach::Everything => "docker-reach-all",
        Reach::NoRemoving => "docker-reach-no-removing",
        Reach::ReadOnly => "docker-reach-read-only",
        Reach::Parts(rights) => {
            let mut named: Vec<String> = rights.iter().take(NAMED).map(|it| name(voice, *it)).collect();
            if NAMED < rights.len() {
                named.push("…".to_owned());
            }
            return voice.say("docker-reach-parts", &[("what", named.join(", ").into())]);
        }
    };
    voice.say(key, &[])
}

/// How far we reach, where that is less than everything.
pub fn shortened(voice: &Voice, all: &Reach) -> Option<Markup> {
    match all {
        Reach::Unknown | Reach::Everything => None,
        Reach::NoRemoving | Reach::ReadOnly | Reach::Parts(_) => Some(reach(voice, all)),
    }
}

/// Why something is not even tried, and what would change that.
pub fn refused(voice: &Voice, right: Right, permission: Permission) -> Markup {
    let right_name = ("right", name(voice, right).into());
    match permission {
        Permission::Missing => voice.say("docker-missing", &[right_name]),
        Permission::No | Permission::Yes | Permission::Unknown => {
            voice.say("docker-forbidden", &[right_name, ("profile", right.profile().name().into())])
        }
    }
}
