using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Export;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Transfers;

/// <summary>Ten times the results take no more memory: rows are read and written as they come, and none is kept.</summary>
public sealed class ExportMemoryTests(PortalHost host, ITestOutputHelper output) : PortalTest(host)
{
    private const int Few = 2_000;
    private const int Many = 20_000;

    /// <summary>How often an export is looked at on its way.</summary>
    private const int Looks = 12;

    [Fact]
    public async Task Ten_times_the_results_take_no_more_memory()
    {
        if (!OwnProcess.IsThis)
        {
            await OwnProcess.PassesAsync(output, Ct);
            return;
        }

        var (few, many) = (await ScoredAsync(Few), await ScoredAsync(Many));
        foreach (var format in new[] { ExportFormat.Csv, ExportFormat.JsonLines, ExportFormat.Coco })
        {
            var first = await MeasureAsync(few, format, int.MaxValue); // compiles and fills caches
            var step = (int)(first.Bytes / Looks);
            var (small, large) = (await MeasureAsync(few, format, step), await MeasureAsync(many, format, step * (Many / Few)));
            Assert.Equal((Few, Many), (small.Rows, large.Rows));
            Assert.InRange((double)large.Bytes / small.Bytes, 8, 12);

            var further = (large.Held - small.Held) / (double)(Many - Few);
            output.WriteLine($"{format}: {further:0} bytes kept for each further result");
            // A row that is kept with its image takes some 900 bytes. COCO remembers the hash of each name it gave, with the table around them.
            Assert.True(further < (format == ExportFormat.Coco ? 100 : 50), $"{format}: {further:0} bytes for each further result.");
        }
    }

    private async Task<ProjectId> ScoredAsync(int count)
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        var images = await Team.RowsAsync(project, [.. Enumerable.Range(0, count).Select(i => ($"{i:000000}.png", ImageSplit.Test, ImageLabel.Normal))]);
        await Team.ModelAsync(project, await Team.RunAsync(project), [.. images.Select((image, i) => (image, i / 1000.0))]);
        return project;
    }

    /// <param name="step">Bytes written from one look to the next.</param>
    /// <returns>What lived above what lived before: what was read as a whole lives at every look, and what grows at the later half.</returns>
    private async Task<(long Held, int Rows, long Bytes)> MeasureAsync(ProjectId id, ExportFormat format, int step)
    {
        await using var context = Team.Open();
        var project = await context.Projects.AsNoTracking().SingleAsync(p => p.Id == id, Ct);
        var model = await context.Models.AsNoTracking().SingleAsync(m => m.ProjectId == id, Ct);
        var choice = new ExportChoice(format, model.Id.Value, Label: ImageLabel.Normal);
        var source = new ExportSource(Host.Db, Get<IBlobStore>(), project, model, choice with { Label = format == ExportFormat.Coco ? null : choice.Label });
        var transfer = Transfer.OfExport(Team.Tenant, id, choice, Team.Owner.User, Host.Time.Now);
        context.Transfers.Add(transfer);
        await context.SaveChangesAsync(Ct);
        using var ledger = (await TransferLedger.ClaimAsync(Host.Db, Host.Time, "here", Team.Tenant, transfer.Id, Ct))!;
        var folder = Directory.CreateTempSubdirectory("fewshotad-export-").FullName;
        var writer = Get<IEnumerable<IExportWriter>>().Single(w => w.Format == format);
        var target = new MeasuringStream(step);
        var counts = await writer.WriteAsync(source, new TransferTask(ledger, folder), target, Ct);
        Directory.Delete(folder, recursive: true);
        // What the export had is on the stack of whoever goes on right after it.
        await Task.Yield();
        target.Rest();
        return (target.Held, format == ExportFormat.Coco ? counts.Images - 2 : counts.Results, target.Written);
    }

    /// <summary>Throws away what it is given and looks at what lives.</summary>
    private sealed class MeasuringStream(int step) : Stream
    {
        private long rest = GC.GetTotalMemory(forceFullCollection: true);
        private readonly List<long> looks = [];
        private long measured;

        public long Written { get; private set; }

        /// <summary>The median of all looks: what a service of the portal holds for a moment does not count.</summary>
        public long Held => looks.Count == 0 ? 0 : looks.Order().ElementAt(looks.Count / 2) - rest;

        /// <summary>After the export: what services of the portal have taken meanwhile, and keep, was not the export's.</summary>
        public void Rest() => rest = Math.Max(rest, GC.GetTotalMemory(forceFullCollection: true));

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Written;

        public override long Position { get => Written; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Written += count;
            if (Written < measured + step)
                return;
            measured = Written;
            looks.Add(GC.GetTotalMemory(forceFullCollection: true));
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
