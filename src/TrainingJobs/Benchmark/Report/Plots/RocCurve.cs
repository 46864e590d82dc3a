namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>Receiver operating characteristic of image scores; equal scores are one point, joined by straight lines.</summary>
internal static class RocCurve
{
    /// <summary>From (0, 0) to (1, 1); null with one class only.</summary>
    /// <returns>False and true positive rates.</returns>
    public static IReadOnlyList<(double False, double True)>? Of(IReadOnlyList<ImageOutcome> images)
    {
        var positives = images.Count(image => image.Defective);
        var negatives = images.Count - positives;
        if (positives == 0 || negatives == 0)
            return null;
        var points = new List<(double, double)> { (0, 0) };
        int hits = 0, alarms = 0;
        foreach (var level in images.GroupBy(image => image.Score).OrderByDescending(level => level.Key))
        {
            hits += level.Count(image => image.Defective);
            alarms += level.Count(image => !image.Defective);
            points.Add(((double)alarms / negatives, (double)hits / positives));
        }

        return points;
    }

    /// <summary>The vertical average of several curves (Fawcett 2006): their mean true positive rate at each false positive rate.</summary>
    /// <param name="curves">At least one, each as <see cref="Of"/> gives it.</param>
    public static IReadOnlyList<(double False, double True)> Mean(IReadOnlyList<IReadOnlyList<(double False, double True)>> curves)
    {
        // Between the corners of all curves every one is straight, so their mean is exact there. At a corner it may jump.
        var rates = curves.SelectMany(curve => curve.Select(point => point.False)).Distinct().Order();
        return
        [
            .. rates
                .SelectMany(rate => new[]
                {
                    (rate, curves.Average(curve => At(curve, rate).From)), (rate, curves.Average(curve => At(curve, rate).To)),
                })
                .Distinct(),
        ];
    }

    /// <summary>The lowest and the highest true positive rate of a curve at a false positive rate.</summary>
    private static (double From, double To) At(IReadOnlyList<(double False, double True)> curve, double rate)
    {
        var next = 0;
        while (curve[next].False < rate)
            next++;
        if (curve[next].False > rate)
        {
            var (a, b) = (curve[next - 1], curve[next]);
            var between = a.True + ((b.True - a.True) * (rate - a.False) / (b.False - a.False));
            return (between, between);
        }

        var last = next;
        while (last + 1 < curve.Count && curve[last + 1].False == rate)
            last++;
        return (curve[next].True, curve[last].True);
    }
}
