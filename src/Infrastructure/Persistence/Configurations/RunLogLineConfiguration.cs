using FewShotAD.Domain.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class RunLogLineConfiguration : IEntityTypeConfiguration<RunLogLine>
{
    public void Configure(EntityTypeBuilder<RunLogLine> builder)
    {
        builder.ToTable("RunLog");
        builder.HasKey(line => new { line.TenantId, line.RunId, line.Sequence });
        builder.Property(line => line.Sequence).ValueGeneratedNever();
        builder.Property(line => line.Text).HasMaxLength(RunLogLine.TextMaxLength);
        builder.HasOne<TrainingRun>().WithMany().HasForeignKey(line => new { line.TenantId, line.RunId }).OnDelete(DeleteBehavior.Cascade);
    }
}
