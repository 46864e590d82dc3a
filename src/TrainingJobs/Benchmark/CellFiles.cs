using System.Globalization;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Benchmark;

/// <summary>The rows in the output folder, <c>cells/CATEGORY/METHOD-ARM-kK-sSEED.json</c>: what is there is not run again.</summary>
public sealed class CellFiles(string folder)
{
    private readonly string dataFile = Path.Combine(folder, "data.txt");

    /// <summary>Claims the folder for a dataset; refuses one that holds rows of another.</summary>
    public Result Claim(BenchmarkDataset data)
    {
        Directory.CreateDirectory(folder);
        if (File.Exists(dataFile))
            return File.ReadAllText(dataFile) == data.Hash ? Result.Ok : new OtherBenchmark(folder, "other images");
        AtomicFile.Write(dataFile, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(data.Hash)));
        return Result.Ok;
    }

    public void Write(BenchmarkRow row)
    {
        var path = PathOf(row.Cell);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, row, WorkerProtocol.Json));
    }

    /// <summary>The row of a cell; null where it has not been run, or its file is damaged and has to be made again.</summary>
    public Result<BenchmarkRow?> Read(BenchmarkCell cell, TrainingRecipe recipe)
    {
        var path = PathOf(cell);
        if (!File.Exists(path))
            return Result<BenchmarkRow?>.Ok(null);
        BenchmarkRow? row;
        try
        {
            row = JsonSerializer.Deserialize<BenchmarkRow>(File.ReadAllText(path), WorkerProtocol.Json);
        }
        catch (JsonException)
        {
            return Result<BenchmarkRow?>.Ok(null);
        }

        return row is null || row.Recipe == recipe
            ? Result<BenchmarkRow?>.Ok(row)
            : Result<BenchmarkRow?>.Fail(new OtherBenchmark(folder, $"another recipe for {cell.Category}"));
    }

    private string PathOf(BenchmarkCell cell) => Path.Combine(
        folder, "cells", cell.Category,
        string.Create(CultureInfo.InvariantCulture, $"{cell.Method}-{cell.Arm}-k{cell.Shots}-s{cell.Seed}.json").ToLowerInvariant());
}

public sealed record OtherBenchmark(string Folder, string Difference) : Error(
    ErrorKind.Conflict, "benchmark.folder",
    $"The folder {Folder} holds a benchmark with {Difference}, and two must not be mixed: choose another --out.");
