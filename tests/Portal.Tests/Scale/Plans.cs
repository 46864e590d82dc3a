using System.Data.Common;
using System.Diagnostics;
using FewShotAD.TestKit;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace FewShotAD.Portal.Tests.Scale;

/// <summary>Listens to what one test asks the database, and asks how each of it would be answered.</summary>
internal sealed class Plans : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private static readonly string[] Large = ["\"Results\"", "\"Images\"", "\"ReviewItems\""];

    private static readonly AsyncLocal<Plans?> Current = new();

    private readonly List<IDisposable> subscriptions = [];
    private readonly List<(string Sql, string Step)> steps = [];

    public Plans()
    {
        Current.Value = this;
        subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    /// <summary>
    /// Steps that read a whole table, or sort: SQLite calls the one SCAN and the other a temporary B-tree, PostgreSQL Seq Scan and Sort. Left out
    /// is what is about a project's handful of models only.
    /// </summary>
    public IReadOnlyList<string> Slow
    {
        get
        {
            lock (steps)
            {
                return
                [
                    .. steps.Where(s => Large.Any(table => s.Sql.Contains(table, StringComparison.Ordinal))).Where(s => IsSlow(s.Step))
                    .Select(s => $"{s.Step} in {s.Sql}").Distinct(),
                ];
            }
        }
    }

    public int Count
    {
        get
        {
            lock (steps)
                return steps.Count;
        }
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory)
            subscriptions.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key != RelationalEventId.CommandExecuting.Name || value.Value is not CommandEventData { Command: var command } || Current.Value != this)
            return;
        using var ask = command.Connection!.CreateCommand();
        ask.CommandText = $"{(DatabaseUnderTest.IsPostgres ? "EXPLAIN (COSTS OFF)" : "EXPLAIN QUERY PLAN")} {command.CommandText}";
        ask.Transaction = command.Transaction;
        foreach (DbParameter given in command.Parameters)
        {
            ask.Parameters.Add(Copy(given, ask));
        }

        using var reader = ask.ExecuteReader();
        while (reader.Read())
        {
            lock (steps)
                steps.Add((command.CommandText, reader.GetString(DatabaseUnderTest.IsPostgres ? 0 : 3).TrimStart(' ', '-', '>')));
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error) => throw error;

    public void Dispose()
    {
        Current.Value = null;
        subscriptions.ForEach(s => s.Dispose());
    }

    private static DbParameter Copy(DbParameter given, DbCommand ask)
    {
        if (given is NpgsqlParameter typed)
            return typed.Clone();
        var copy = ask.CreateParameter();
        (copy.ParameterName, copy.Value) = (given.ParameterName, given.Value);
        return copy;
    }

    private static bool IsSlow(string step) => DatabaseUnderTest.IsPostgres
        ? step == "Sort" || Large.Any(table => step.StartsWith($"Seq Scan on {table}", StringComparison.Ordinal))
        : step.Contains("TEMP B-TREE", StringComparison.Ordinal)
            || (step.StartsWith("SCAN ", StringComparison.Ordinal) && !step.Contains("CONSTANT ROW", StringComparison.Ordinal));

    private const string DbLoggerCategory = "Microsoft.EntityFrameworkCore";
}
