package dev.fairlead.health;

/**
 * Envoy's comparison of success rates: an outlier lies below the mean by more than some standard deviations
 * (of the population, not of a sample).
 *
 * @param mean of the rates, in percent
 * @param threshold below which a rate is an outlier's, in percent
 */
record SuccessRates(double mean, double threshold) {
  /** What rates in percent, at least one, come to. */
  static SuccessRates of(double[] rates, double stdevFactor) {
    double sum = 0;
    for (double rate : rates) {
      sum += rate;
    }
    double mean = sum / rates.length;
    double squares = 0;
    for (double rate : rates) {
      squares += (rate - mean) * (rate - mean);
    }
    double deviation = Math.sqrt(squares / rates.length);
    return new SuccessRates(mean, mean - stdevFactor * deviation);
  }

  boolean isOutlier(double rate) {
    return rate < threshold;
  }
}
