// Binomial quantiles, exact for any number: the share of probability at one place by Loader's saddle point (2000), the others by their ratio.
const FACTORIALS = Array.from({ length: 16 }, (_, n) => Array.from({ length: n }, (__, one) => one + 1).reduce((made, one) => made * one, 1));

// what Stirling's formula lacks of the logarithm of a factorial
function lacking(n) {
  if (n < 16) return n ? Math.log(FACTORIALS[n]) - ((n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI)) : 0;
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

// k log(k / mean) + mean - k, also where both are nearly the same
function deviance(k, mean) {
  const part = (k - mean) / (k + mean);
  if (Math.abs(part) >= 0.1) return k * Math.log(k / mean) + mean - k;
  let [sum, term] = [(k - mean) * part, 2 * k * part];
  for (let power = 3; ; power += 2) {
    term *= part * part;
    const next = sum + term / power;
    if (next === sum) return sum;
    sum = next;
  }
}

function mass(k, n, share) {
  if (k === 0) return Math.exp(n * Math.log1p(-share));
  if (k === n) return Math.exp(n * Math.log(share));
  const logs = lacking(n) - lacking(k) - lacking(n - k) - deviance(k, n * share) - deviance(n - k, n * (1 - share));
  return Math.exp(logs) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

// the least number of n that are met with at least this probability; `near` is how many standard deviations from the mean to begin
function quantile(probability, n, share, near) {
  if (share <= 0) return 0;
  if (share >= 1) return n;
  const odds = share / (1 - share);
  let k = Math.min(n, Math.max(0, Math.floor(n * share + near * Math.sqrt(n * share * (1 - share)))));
  let at = mass(k, n, share);
  let below = at;
  for (let one = k, term = at; one > 0 && term > below * 1e-18; one -= 1) {
    term *= one / ((n - one + 1) * odds);
    below += term;
  }
  while (k > 0 && below - at >= probability) {
    below -= at;
    at *= k / ((n - k + 1) * odds);
    k -= 1;
  }
  while (k < n && below < probability) {
    at *= ((n - k) * odds) / (k + 1);
    k += 1;
    below += at;
  }
  return k;
}
