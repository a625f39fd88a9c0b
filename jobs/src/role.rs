//! What somebody may do through Vakhta.

use std::fmt;
use std::str::FromStr;

/// What somebody may do. Whoever may more may everything that is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Look at everything.
    Viewer,
    /// Act on containers, take incidents on, silence news.
    Operator,
    /// Everything: also what removes, runs jobs, or says what others did. The owners.
    Admin,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    /// As labels and settings call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No role is called so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no role is called so; there are viewer, operator and admin")]
pub struct NoRole;

impl FromStr for Role {
    type Err = NoRole;

    fn from_str(text: &str) -> Result<Self, NoRole> {
        let is_called = |it: &Self| it.name().eq_ignore_ascii_case(text.trim());
        Self::ALL.into_iter().find(is_called).ok_or(NoRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_more_may_what_is_below_it_and_a_role_is_read_as_it_is_written() {
        assert!(Role::Viewer < Role::Operator && Role::Operator < Role::Admin);
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert_eq!(" Admin ".parse(), Ok(Role::Admin));
        assert_eq!("root".parse::<Role>(), Err(NoRole));
        assert_eq!("".parse::<Role>(), Err(NoRole));
    }
}
