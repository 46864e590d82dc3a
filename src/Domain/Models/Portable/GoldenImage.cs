using System.Security.Cryptography;
using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Models.Portable;

/// <summary>A raw map in a few numbers: its largest value, its mean, and the means of 8 × 8 fields, row by row.</summary>
/// <param name="Sha256">Of the map's file: the same only if every value is.</param>
public sealed record MapSummary(double Max, double Mean, IReadOnlyList<double> Grid, string Sha256)
{
    public const int GridSide = 8;

    /// <param name="file">A map as it is stored: <see cref="AnomalyMapFile"/>.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static MapSummary Of(byte[] file)
    {
        var (map, height, width) = AnomalyMapFile.Decode(file);
        var grid = new double[GridSide * GridSide];
        for (var row = 0; row < GridSide; row++)
        {
            for (var column = 0; column < GridSide; column++)
                grid[(row * GridSide) + column] = FieldMean(map, width, Part(row, height), Part(column, width));
        }

        return new MapSummary(map.Max(), map.Average(value => (double)value), grid, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    private static (int From, int To) Part(int index, int side)
    {
        var from = index * side / GridSide;
        return (from, Math.Max(from + 1, (index + 1) * side / GridSide));
    }

    private static double FieldMean(float[] map, int width, (int From, int To) rows, (int From, int To) columns)
    {
        var sum = 0.0;
        for (var y = rows.From; y < rows.To; y++)
        {
            for (var x = columns.From; x < columns.To; x++)
                sum += map[(y * width) + x];
        }

        return sum / ((rows.To - rows.From) * (columns.To - columns.From));
    }
}

/// <summary>An image that a bundle brings along with what its model says of it: by that the model is known again elsewhere.</summary>
/// <param name="Path">In the bundle.</param>
/// <param name="Why">Why this one: lowest, highest, nearest below or above T2, or a shot.</param>
/// <param name="Score">Raw, of the whole picture: ignore regions belong to a project and not to a model.</param>
/// <param name="Scaled">The same on the bundle's own line, 0 to 100, for people.</param>
public sealed record GoldenImage(string Name, string Path, string Why, double Score, double Scaled, MapSummary Map);

public enum GoldenVerdict
{
    /// <summary>Every value of the map and the score are the same to the bit.</summary>
    SameBits,

    /// <summary>Not the same bits, and no further off than another machine may be.</summary>
    WithinTolerance,

    Different,
}

/// <summary>What came out for a golden image, held against what was expected.</summary>
/// <param name="What">The first number that is too far off; null when none is.</param>
/// <param name="Expected">Of that number, or the image's score.</param>
public sealed record GoldenComparison(GoldenVerdict Verdict, string? What, double Expected, double Got)
{
    /// <summary>
    /// The tolerance is relative to what is expected, and for what is small on the model's own scale to its line: a score far below T2 or an
    /// empty field of a map says the same, whether it is 0.001 or 0.002.
    /// </summary>
    /// <param name="line">That training fitted.</param>
    /// <param name="map">As it is stored.</param>
    public static GoldenComparison Of(GoldenImage golden, Calibration line, double tolerance, double score, byte[] map)
    {
        var got = MapSummary.Of(map);
        var pixel = Math.Max(Math.Abs(golden.Map.Max), Math.Abs(line.PixelThreshold));
        if (!IsNear(golden.Score, score, tolerance * Math.Max(Math.Abs(golden.Score), Math.Abs(line.CertainlyDefective))))
            return new GoldenComparison(GoldenVerdict.Different, "score", golden.Score, score);
        if (!IsNear(golden.Map.Max, got.Max, tolerance * pixel))
            return new GoldenComparison(GoldenVerdict.Different, "largest value of the map", golden.Map.Max, got.Max);
        if (!IsNear(golden.Map.Mean, got.Mean, tolerance * pixel))
            return new GoldenComparison(GoldenVerdict.Different, "mean of the map", golden.Map.Mean, got.Mean);
        for (var i = 0; i < golden.Map.Grid.Count; i++)
        {
            if (!IsNear(golden.Map.Grid[i], got.Grid[i], tolerance * pixel))
            {
                var field = FormattableString.Invariant($"field {(i / MapSummary.GridSide) + 1}, {(i % MapSummary.GridSide) + 1} of the map");
                return new GoldenComparison(GoldenVerdict.Different, field, golden.Map.Grid[i], got.Grid[i]);
            }
        }

        // Last: what says two things of one map is wrong in one of them.
        var same = got.Sha256 == golden.Map.Sha256 && score.Equals(golden.Score);
        return new GoldenComparison(same ? GoldenVerdict.SameBits : GoldenVerdict.WithinTolerance, null, golden.Score, score);
    }

    /// <summary>What is not a number is near nothing.</summary>
    private static bool IsNear(double expected, double got, double most) => Math.Abs(got - expected) <= most;
}
