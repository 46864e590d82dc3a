using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Jobs;

namespace FewShotAD.TrainingJobs.Benchmark;

/// <summary>Runs what a plan asks for and is not there yet.</summary>
/// <param name="files">The output folder.</param>
/// <param name="work">What a unit needs to be run.</param>
public sealed class BenchmarkRunner(BenchmarkDataset data, CellFiles files, UnitRun work, BenchmarkProgress progress)
{
    /// <returns>The rows of every cell, in the order of the plan.</returns>
    /// <exception cref="OperationCanceledException">Stopped; the rows that are finished stay, and so does the checkpoint of the training.</exception>
    public Result<IReadOnlyList<BenchmarkRow>> Run(BenchmarkPlan plan, CancellationToken ct)
    {
        var units = plan.Units().ToArray();
        if (Check(plan) is { } impossible)
            return Result<IReadOnlyList<BenchmarkRow>>.Fail(impossible);
        var claimed = files.Claim(data);
        if (!claimed.Succeeded)
            return Result<IReadOnlyList<BenchmarkRow>>.Fail(claimed.Error);
        using var claim = claimed.Value;
        var rows = new Dictionary<BenchmarkCell, BenchmarkRow>();
        foreach (var (unit, cell) in units.SelectMany(unit => unit.Cells.Select(cell => (unit, cell))))
        {
            var read = files.Read(cell, unit.Recipe);
            if (!read.Succeeded)
                return Result<IReadOnlyList<BenchmarkRow>>.Fail(read.Error);
            if (read.Value is { } row)
                rows[cell] = row;
        }

        var open = units.Select(unit => unit with { Cells = [.. unit.Cells.Where(cell => !rows.ContainsKey(cell))] }).ToArray();
        foreach (var (whole, rest) in units.Zip(open))
        {
            progress.Plan(Cost(whole));
            progress.Skip(Cost(whole) - Cost(rest));
        }

        foreach (var unit in open.Where(unit => unit.Cells.Count > 0))
        {
            var done = work.Run(unit, row =>
            {
                files.Write(row);
                rows[row.Cell] = row;
            }, ct);
            if (!done.Succeeded)
                return new CellFailed(unit.Cells[0], done.Error);
        }

        return units.SelectMany(unit => unit.Cells).Select(cell => rows[cell]).ToArray();
    }

    private Error? Check(BenchmarkPlan plan)
    {
        foreach (var name in plan.Categories)
        {
            if (data.Categories.FirstOrDefault(category => category.Name == name) is not { } category)
                return new UnknownCategory(name, string.Join(", ", data.Categories.Select(known => known.Name)));
            if (category.Test.Count == 0)
                return new NothingToTest(name);
        }

        foreach (var category in data.Categories.Where(category => category.Normal.Count < plan.Shots.Max()))
            return new TooFewShots(category.Name, category.Normal.Count, plan.Shots.Max());
        return plan.Recipes.Select(recipe => recipe with { Shots = plan.Shots[0] }).Select(recipe => recipe.Validate()).FirstOrDefault(valid => !valid.Succeeded).Error;
    }

    private double Cost(BenchmarkUnit unit) => unit.Cells.Count == 0 ? 0 : WorkGuess.Training(unit.Recipe) + unit.Cells.Sum(cell =>
        WorkGuess.Fit(unit.Recipe) + (WorkGuess.Score(unit.Recipe) * data.Categories.Single(category => category.Name == cell.Category).Test.Count));
}

public sealed record UnknownCategory(string Name, string Known)
    : Error(ErrorKind.Invalid, "benchmark.category", $"There is no category “{Name}”: the dataset has {Known}.");

public sealed record NothingToTest(string Name) : Error(
    ErrorKind.Invalid, "benchmark.test", $"The category {Name} has no test images: put them into test/good and test/DEFECT, or choose others with --category.");

public sealed record TooFewShots(string Name, int Images, int Shots) : Error(
    ErrorKind.Invalid, "benchmark.shots", $"The category {Name} has {Images} images in train/good, too few for {Shots} shots.");

public sealed record CellFailed(BenchmarkCell Cell, Error Inner) : Error(
    Inner.Kind, Inner.Code,
    string.Create(CultureInfo.InvariantCulture, $"{Cell.Method} ({Cell.Arm}), {Cell.Category}, {Cell.Shots} shots, seed {Cell.Seed}: {Inner.Message}"));
