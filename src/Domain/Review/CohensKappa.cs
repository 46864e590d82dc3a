namespace FewShotAD.Domain.Review;

/// <summary>How far two raters agree beyond what chance alone would bring.</summary>
/// <param name="Count">Results that both judged.</param>
/// <param name="Agreed">Of these, with the same outcome.</param>
/// <param name="Kappa">1 agrees always, 0 as often as chance; null where it is not defined: without results, or when both say one and the same thing always.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
public sealed record Agreement(int Count, int Agreed, double? Kappa, double? Low, double? High);

/// <summary>
/// Cohen's κ (1960) with the large-sample variance of Fleiss, Cohen and Everitt (1969), which holds for any true κ, not for 0 only.
/// </summary>
public static class CohensKappa
{
    private const double Z = 1.959963984540054; // 97.5 % of the normal distribution

    /// <param name="pairs">For each result what the one and what the other said.</param>
    public static Agreement Of<T>(IReadOnlyCollection<(T One, T Other)> pairs)
        where T : struct, Enum
    {
        var categories = Enum.GetValues<T>();
        var table = new double[categories.Length, categories.Length];
        foreach (var (one, other) in pairs)
            table[Array.IndexOf(categories, one), Array.IndexOf(categories, other)]++;
        return Of(table);
    }

    /// <param name="table">Counts, k × k: row = what the one said, column = what the other said.</param>
    public static Agreement Of(double[,] table)
    {
        var size = table.GetLength(0);
        var (rows, columns) = (new double[size], new double[size]);
        var (total, agreed) = (0.0, 0.0);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                rows[i] += table[i, j];
                columns[j] += table[i, j];
                total += table[i, j];
            }

            agreed += table[i, i];
        }

        if (total == 0)
            return new Agreement(0, 0, null, null, null);
        var expected = 0.0;
        for (var i = 0; i < size; i++)
            expected += rows[i] / total * (columns[i] / total);
        // The counts are exact, the products are not: both say one thing only when that cell holds them all.
        if (Enumerable.Range(0, size).Any(i => table[i, i] == total))
            return new Agreement((int)total, (int)agreed, null, null, null);
        var kappa = ((agreed / total) - expected) / (1 - expected);
        var half = Z * Math.Sqrt(Variance(table, rows, columns, total, expected, kappa));
        return new Agreement((int)total, (int)agreed, kappa, Math.Max(-1, kappa - half), Math.Min(1, kappa + half));
    }

    /// <summary>Fleiss, Cohen and Everitt (1969), equation 13, with all weights 0 or 1.</summary>
    private static double Variance(double[,] table, double[] rows, double[] columns, double total, double expected, double kappa)
    {
        var sum = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < rows.Length; j++)
            {
                // An outcome of the one that the other has in the column of the same number: margins are taken crosswise.
                var margins = (columns[i] + rows[j]) / total;
                var term = i == j ? 1 - (margins * (1 - kappa)) : -margins * (1 - kappa);
                sum += table[i, j] / total * term * term;
            }
        }

        var centre = kappa - (expected * (1 - kappa));
        return Math.Max(0, sum - (centre * centre)) / (total * (1 - expected) * (1 - expected));
    }
}
