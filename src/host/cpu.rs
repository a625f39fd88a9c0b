//! Processor time, from `/proc/stat`.

use jobs::ports::{Cpu, CpuTime};

/// Reads the `cpu` lines. `guest` and `guest_nice` are left out: the kernel has already put them into `user` and
/// `nice`. Columns that an old kernel lacks (steal came with 2.6.11) count as nothing.
pub(super) fn parse(text: &str) -> Option<Cpu> {
    let mut all = None;
    let mut cores = Vec::new();
    for line in text.lines() {
        let Some(rest) = line.strip_prefix("cpu") else { break };
        let (number, columns) = rest.split_once(' ')?;
        let time = time(columns)?;
        match number {
            "" => all = Some(time),
            _ => {
                number.parse::<u32>().ok()?;
                cores.push(time);
            }
        }
    }
    Some(Cpu { all: all?, cores })
}

fn time(columns: &str) -> Option<CpuTime> {
    let mut ticks = [0_u64; 8];
    let mut count = 0;
    for (place, column) in ticks.iter_mut().zip(columns.split_ascii_whitespace()) {
        *place = column.parse().ok()?;
        count += 1;
    }
    let [user, nice, system, idle, iowait, irq, softirq, steal] = ticks;
    (4 <= count).then_some(CpuTime {
        user: user.saturating_add(nice),
        system: system.saturating_add(irq).saturating_add(softirq),
        idle,
        iowait,
        steal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guest_time_is_not_counted_twice() {
        let cpu = parse("cpu  100 10 30 1000 40 5 6 7 80 9\ncpu0 100 10 30 1000 40 5 6 7 80 9\nintr 1 2\n");
        let time = CpuTime { user: 110, system: 41, idle: 1000, iowait: 40, steal: 7 };
        assert_eq!(cpu, Some(Cpu { all: time, cores: vec![time] }));
    }

    #[test]
    fn cores_keep_the_order_of_the_kernel() {
        let cpu = parse("cpu  6 0 0 0\ncpu0 1 0 0 0\ncpu2 2 0 0 0\ncpu3 3 0 0 0\nintr 9\ncpu9 4 0 0 0\n");
        let users: Vec<_> = cpu.expect("well formed").cores.iter().map(|it| it.user).collect();
        assert_eq!(users, [1, 2, 3]);
    }

    #[test]
    fn a_kernel_without_steal_is_understood() {
        let cpu = parse("cpu  1 2 3 4 5 6 7\ncpu0 1 2 3 4 5 6 7\n").expect("well formed");
        assert_eq!(cpu.all, CpuTime { user: 3, system: 16, idle: 4, iowait: 5, steal: 0 });
    }

    #[test]
    fn what_is_no_stat_is_not_understood() {
        for text in
            ["", "intr 1 2 3", "cpu", "cpu  1 2 3", "cpu  1 2 x 4", "cpux 1 2 3 4\n", "cpu0 1 2 3 4\n"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
