//! Dominant resource fairness: how many tasks users run when each one's largest share of any resource counts.
//!
//! Source: Ghodsi et al., NSDI 2011. Users whose tasks need several resources in fixed proportions are made equal in their
//! dominant share, the largest of the shares that they have of each resource; a user whose next task meets a resource that
//! is used up stays where it is. For one region of memory alone this is max-min. Placement ranks TaskManagers by the
//! dominant share that is taken of them.

/// The largest share of any resource that `needs` take; as long as `capacities`. Of what there is nothing, nothing counts.
pub fn dominant_share(needs: &[f64], capacities: &[f64]) -> f64 {
    let there = needs.iter().zip(capacities).filter(|(_, capacity)| **capacity > 0.0);
    there.map(|(need, capacity)| need / capacity).fold(0.0, f64::max)
}

/// Tasks of each user, parts of tasks allowed: all dominant shares grow alike until a resource is used up, then those grow
/// on that do without it. A user who needs nothing gets nothing.
pub fn fluid_tasks(capacities: &[f64], users: &[Vec<f64>]) -> Vec<f64> {
    let mut tasks = vec![0.0; users.len()];
    let mut left = capacities.to_vec();
    let dominant: Vec<f64> = users.iter().map(|needs| dominant_share(needs, capacities)).collect();
    let mut growing: Vec<usize> = (0..users.len()).filter(|user| dominant[*user] > 0.0).collect();
    while !growing.is_empty() {
        // What a step of 1 in all dominant shares takes of a resource.
        let rate = |resource: usize| growing.iter().map(|user| users[*user][resource] / dominant[*user]).sum::<f64>();
        let rates: Vec<f64> = (0..left.len()).map(rate).collect();
        let steps = rates.iter().zip(&left).map(|(rate, left)| if *rate > 0.0 { left / rate } else { f64::INFINITY });
        let steps: Vec<f64> = steps.collect();
        let step = steps.iter().copied().fold(f64::INFINITY, f64::min);
        growing.iter().for_each(|user| tasks[*user] += step / dominant[*user]);
        left.iter_mut().zip(&rates).for_each(|(left, rate)| *left -= step * rate);
        let is_used_up = |resource: usize| steps[resource] <= step * (1.0 + 1e-12);
        growing.retain(|user| {
            users[*user].iter().enumerate().all(|(resource, need)| *need == 0.0 || !is_used_up(resource))
        });
    }
    tasks
}

/// Whole tasks of each user: the next goes to the lowest dominant share, the first among equals; who finds no room for
/// the next task gets no more.
pub fn whole_tasks(capacities: &[f64], users: &[Vec<f64>]) -> Vec<u64> {
    let mut tasks = vec![0u64; users.len()];
    let mut used = vec![0.0; capacities.len()];
    let dominant: Vec<f64> = users.iter().map(|needs| dominant_share(needs, capacities)).collect();
    let mut asking: Vec<usize> = (0..users.len()).filter(|user| dominant[*user] > 0.0).collect();
    let share = |tasks: &[u64], user: usize| tasks[user] as f64 * dominant[user];
    while let Some(place) = (0..asking.len()).reduce(|least, place| {
        // Sums of equal shares differ in their last digits.
        let (a, b) = (share(&tasks, asking[least]), share(&tasks, asking[place]));
        if b < a - 1e-12 { place } else { least }
    }) {
        let user = asking[place];
        let fits = |((need, used), capacity): ((&f64, &f64), &f64)| used + need <= capacity * (1.0 + 1e-12);
        if users[user].iter().zip(&used).zip(capacities).all(fits) {
            used.iter_mut().zip(&users[user]).for_each(|(used, need)| *used += need);
            tasks[user] += 1;
        } else {
            asking.remove(place);
        }
    }
    tasks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_paper() {
        // 9 cores and 18 GB; tasks of 1 core and 4 GB, and of 3 cores and 1 GB: dominant shares of 2/3 each.
        let users = [vec![1.0, 4.0], vec![3.0, 1.0]];
        let fluid = fluid_tasks(&[9.0, 18.0], &users);
        assert!((fluid[0] - 3.0).abs() < 1e-12 && (fluid[1] - 2.0).abs() < 1e-12, "{fluid:?}");
        assert_eq!(whole_tasks(&[9.0, 18.0], &users), [3, 2]);
    }

    #[test]
    fn who_does_without_the_scarce_resource_grows_on() {
        // The first two share 10 cores, 5 each; the third takes no cores and gets the rest of the memory.
        let users = [vec![1.0, 0.0], vec![1.0, 1.0], vec![0.0, 1.0], vec![0.0, 0.0]];
        assert_eq!(fluid_tasks(&[10.0, 100.0], &users), [5.0, 5.0, 95.0, 0.0]);
        assert_eq!(whole_tasks(&[10.0, 100.0], &users), [5, 5, 95, 0]);
        assert!(fluid_tasks(&[1.0], &[]).is_empty());
    }
}
