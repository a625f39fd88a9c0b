//! Before anything is read: what is in our memory is for nobody else. Every order reads the settings, and with them the
//! token.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// No core file, and no other program of the same user that looks into our memory, environment and files in `/proc`, or
/// attaches to us. Root can do all of that, and always could.
pub(super) fn become_so() {
    // Neither can fail on a Linux that is asked for nothing it does not have; where it does, we are as others are.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).ok();
    set_dumpable_behavior(DumpableBehavior::NotDumpable).ok();
}
